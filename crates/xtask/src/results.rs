use std::{
    cmp::Reverse,
    num::NonZeroUsize,
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use clap::Args;
use datasets::Dataset;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Number;

use crate::{
    error::Error,
    machine::{Environment, cores},
    pending,
    record::{Record, Run, Subject},
    runs,
    steps::{DataSet, Halt, STEPS, Task, tasks},
};

/// What to train.
#[derive(Args, Debug)]
pub struct Selection {
    /// Only this step; may be given several times
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,
    /// Only on this data set [default: both, MNIST if it is there]
    #[arg(long, value_name = "SET")]
    dataset: Option<DataSet>,
    /// How many trainings run side by side [default: one for each core]
    #[arg(long, value_name = "COUNT")]
    threads: Option<NonZeroUsize>,
    /// Repeat the runs that are recorded and not stale
    #[arg(long)]
    again: bool,
}

/// Train what is selected, and record what comes of it. Runs that are recorded are kept, unless they are stale.
pub fn results(root: &Path, selection: &Selection) -> Result<(), Error> {
    let mut tasks = selection.tasks()?;
    let mnist = match load_mnist(&tasks) {
        // Who asks for MNIST wants to know what is wrong with it.
        Err(error) if selection.dataset == Some(DataSet::Mnist) => return Err(error.into()),
        Err(error @ datasets::Error::NoMnist { .. }) => {
            eprintln!("MNIST is left out: {error}");
            tasks.retain(|task| task.data != DataSet::Mnist);
            None
        }
        mnist => mnist?,
    };
    let threads = selection.threads.map_or_else(cores, Into::into);
    let environment = Environment::now(root, threads)?;
    let mut plan = Plan { root, environment: environment.clone(), mnist, records: Vec::new(), jobs: Vec::new() };
    for task in tasks {
        plan.add(task, selection.again)?;
    }
    plan.carry_out(threads)?;
    for (task, record) in plan.records {
        let record = record.into_inner().unwrap_or_else(PoisonError::into_inner);
        pending::take_off(root, &task.path())?;
        runs::renew(root, &task, &record, &environment)?;
        println!("{task}: {}", record.test_accuracy.spread(task.data.name()));
    }
    Ok(())
}

impl Selection {
    fn tasks(&self) -> Result<Vec<Task>, Error> {
        let names = STEPS.each_ref().map(|step| step.name);
        if let Some(name) = self.only.iter().find(|name| !names.contains(&name.as_str())) {
            return Err(Error::Unknown { what: "step", name: name.clone(), known: names.join(", ") });
        }
        let selected = |task: &Task| {
            (self.only.is_empty() || self.only.iter().any(|name| name == task.step.name))
                && self.dataset.is_none_or(|data| data == task.data)
        };
        Ok(tasks().into_iter().filter(selected).collect())
    }
}

/// MNIST, if one of the `tasks` needs it, from where the command line takes it.
fn load_mnist(tasks: &[Task]) -> Result<Option<Dataset>, datasets::Error> {
    tasks.iter().any(|task| task.data == DataSet::Mnist).then(|| datasets::mnist(None)).transpose()
}

/// What is to be done.
struct Plan<'a> {
    root: &'a Path,
    environment: Environment,
    mnist: Option<Dataset>,
    records: Vec<(Task, Mutex<Record>)>,
    jobs: Vec<Job>,
}

/// A training.
struct Job {
    /// The index of the record that it is for.
    record: usize,
    seed: u64,
    iterations: u64,
    /// A rough measure of how long an iteration takes.
    effort: u64,
}

impl Job {
    fn whole_effort(&self) -> u64 {
        self.iterations * self.effort
    }
}

impl Plan<'_> {
    /// Add the runs of `task` that are not recorded, or all of them `again`.
    fn add(&mut self, task: Task, again: bool) -> Result<(), Error> {
        let subject = Subject::of(self.root, &task)?;
        // A record that cannot be read is written anew, as is one that is stale.
        let old = Record::load(self.root, &task).ok().flatten();
        let old = old.filter(|record| !again && record.can_go_on(&subject, &task.seeds()));
        let count = |name| subject.hyperparameters.get(name).and_then(Number::as_u64).unwrap_or(1);
        let (iterations, hidden) = (count("iterations"), count("hidden"));
        let record = old.unwrap_or_else(|| Record::new(subject));
        let weights_times_examples = match task.data {
            DataSet::Digits => 65 * 1_347,
            DataSet::Mnist => 785 * 60_000,
        };
        self.jobs.extend(record.missing(&task.seeds()).into_iter().map(|seed| Job {
            record: self.records.len(),
            seed,
            iterations,
            effort: hidden * weights_times_examples,
        }));
        self.records.push((task, Mutex::new(record)));
        Ok(())
    }

    /// Train it all, so many at a time. The longest are first, lest one of them runs alone in the end.
    fn carry_out(&mut self, threads: usize) -> Result<(), Error> {
        self.jobs.sort_by_key(|job| Reverse(job.whole_effort()));
        let bar = ProgressBar::new(self.jobs.iter().map(Job::whole_effort).sum());
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent} %  {eta} left  {msg}") {
            bar.set_style(style);
        }
        let next = AtomicUsize::new(0);
        let work = || {
            while let Some(job) = self.jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                if let Err(error) = self.run(job, &bar) {
                    next.store(self.jobs.len(), Ordering::Relaxed); // the others finish what they are at
                    return Err(error);
                }
            }
            Ok(())
        };
        let outcome = thread::scope(|scope| {
            let workers: Vec<_> = (0..threads.min(self.jobs.len())).map(|_| scope.spawn(work)).collect();
            workers.into_iter().try_for_each(|worker| worker.join().expect("no training panics"))
        });
        bar.finish_and_clear();
        outcome
    }

    fn run(&self, job: &Job, bar: &ProgressBar) -> Result<(), Error> {
        let (task, record) = &self.records[job.record];
        let digits;
        let dataset = match (task.data, &self.mnist) {
            (DataSet::Mnist, Some(mnist)) => mnist,
            _ => {
                digits = datasets::digits(job.seed);
                &digits
            }
        };
        let trained = task.train(dataset, job.seed, &|| bar.inc(job.effort)).map_err(|halt| match halt {
            Halt::Settings(source) => Error::Variant { task: task.to_string(), source },
            Halt::Diverged(iteration) => Error::Diverged { task: task.to_string(), seed: job.seed, iteration },
        })?;
        let run = Run::new(job.seed, &trained);
        let told = format!(
            "{task}, seed {}: {:.2} % after {:.2} s of training",
            job.seed,
            100.0 * run.test_accuracy,
            run.seconds
        );
        let mut record = record.lock().unwrap_or_else(PoisonError::into_inner);
        record.add(run, dataset, &self.environment);
        record.save(&self.root.join(task.path()))?;
        bar.suspend(|| eprintln!("{told}"));
        Ok(())
    }
}
