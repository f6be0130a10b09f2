use datasets::digits;
use evaluation::{Classifier, accuracy, answers};
use tests::{every_step, generator, settings};

every_step!(measure);

fn measure<N: Classifier>() {
    let t = std::time::Instant::now();
    let r: Vec<f64> = (0..10)
        .map(|seed| {
            let data = digits(seed);
            let hyperparameters = settings::<N>(&[]);
            let mut rng = generator(seed);
            let mut network = N::new(&data.train, &hyperparameters, &mut rng);
            let _ = network.train(&data.train, &hyperparameters, &mut rng, &mut ());
            100.0 * accuracy(&answers(network.predict(data.test.inputs.view()).view()), &data.test.labels)
        })
        .collect();
    let mean = r.iter().sum::<f64>() / 10.0;
    let sd = (r.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 9.0).sqrt();
    println!("{} mean {mean:.2} sd {sd:.2} {r:.2?} {:?}", N::STEP, t.elapsed());
}
