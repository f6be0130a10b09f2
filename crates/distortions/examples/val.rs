use datasets::Examples;
use distortions::Network;
use evaluation::*;
use rand::{SeedableRng, rngs::ChaCha8Rng};
use std::{env, ops::ControlFlow, time::Instant};
use workbench as _;
struct Watch<'a> {
    valid: &'a Examples,
    last: Vec<f64>,
    start: Instant,
    spent: f64,
}
impl Observer<Network> for Watch<'_> {
    fn example(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
    fn iteration(&mut self, n: &mut Network, _e: f64) -> ControlFlow<()> {
        self.spent += self.start.elapsed().as_secs_f64();
        self.last.push(accuracy(&answers(n.predict(self.valid.inputs.view()).view()), &self.valid.labels));
        self.start = Instant::now();
        ControlFlow::Continue(())
    }
}
fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let seeds: u64 = args[0].parse().unwrap();
    let test = env::var("TEST").is_ok();
    let data = datasets::mnist(None).unwrap();
    let (train, valid) = if env::var("FIRST").is_ok() {
        (data.train.select(&(10000..60000).collect::<Vec<_>>()), data.train.select(&(0..10000).collect::<Vec<_>>()))
    } else if test {
        (data.train, data.test)
    } else {
        (data.train.select(&(0..50000).collect::<Vec<_>>()), data.train.select(&(50000..60000).collect::<Vec<_>>()))
    };
    for setting in &args[1..] {
        let mut h = <Network as Classifier>::Hyperparameters::mnist();
        for kv in setting.split(',') {
            let (k, v) = kv.split_once('=').unwrap();
            h.set(k, v).unwrap();
        }
        let mut all: Vec<Vec<f64>> = vec![];
        let mut t = 0.0;
        for seed in 1..=seeds {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let mut n = Network::new(&train, &h, &mut rng);
            let mut w = Watch { valid: &valid, last: vec![], start: Instant::now(), spent: 0.0 };
            let _ = n.train(&train, &h, &mut rng, &mut w);
            t += w.spent;
            all.push(w.last);
        }
        let (m, d) = mean_and_deviation(&all.iter().map(|l| *l.last().unwrap()).collect::<Vec<_>>());
        let curve: Vec<String> = (0..all[0].len())
            .map(|i| format!("{:.2}", all.iter().map(|l| l[i]).sum::<f64>() / seeds as f64 * 100.0))
            .collect();
        println!("{setting}: {:.2} ± {:.2} % in {:.1} s  {}", m * 100.0, d * 100.0, t / seeds as f64, curve.join(" "));
    }
}
