use std::{borrow::Cow, cmp::Reverse, num::NonZeroUsize, path::Path};

use clap::Args;
use datasets::Dataset;
use evaluation::in_parallel;
use indicatif::{ProgressBar, ProgressStyle};
use records::{Environment, Examples, Record, Run, STEPS, rounded, significant};
use serde_json::Number;

use xtask::{
    layout::save,
    pending, record, runs,
    tasks::{DataSet, Task, tasks},
};

use crate::{
    error::Error,
    machine::{cores, environment},
    steps::{TrainError, train},
    training::Trained,
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
    let environment = environment(root, threads)?;
    let mut plan = Plan { root, environment, mnist, records: Vec::new(), jobs: Vec::new() };
    for task in tasks {
        plan.add(task, selection.again)?;
    }
    plan.carry_out(threads)?;
    for (task, record) in &plan.records {
        pending::take_off(root, &task.path())?;
        runs::renew(root, task, record, &plan.environment)?;
        println!("{task}: {}", record.test_accuracy.spread(task.data.name()));
    }
    Ok(())
}

impl Selection {
    fn tasks(&self) -> Result<Vec<Task>, Error> {
        let names = STEPS.each_ref().map(|step| step.name);
        if let Some(name) = self.only.iter().find(|name| !names.contains(&name.as_str())) {
            let known = names.join(", ");
            return Err(xtask::Error::Unknown { flag: "--only", what: "step", name: name.clone(), known }.into());
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
    records: Vec<(Task, Record)>,
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

    /// Trains the network, and moves the `bar` after each iteration. Returns the run and the examples that it learned
    /// from.
    fn train<'a>(
        &self,
        task: &Task,
        mnist: Option<&'a Dataset>,
        bar: &ProgressBar,
    ) -> Result<(Run, Cow<'a, Dataset>), Error> {
        let dataset = match (task.data, mnist) {
            (DataSet::Mnist, Some(mnist)) => Cow::Borrowed(mnist),
            _ => Cow::Owned(datasets::digits(self.seed)),
        };
        let trained = train(task, &dataset, self.seed, &|| bar.inc(self.effort)).map_err(|halt| match halt {
            TrainError::Settings(source) => Error::Variant { task: task.to_string(), source },
            TrainError::Diverged(iteration) => Error::Diverged { task: task.to_string(), seed: self.seed, iteration },
        })?;
        Ok((run(self.seed, &trained), dataset))
    }
}

impl Plan<'_> {
    /// Add the runs of `task` that are not recorded, or all of them `again`.
    fn add(&mut self, task: Task, again: bool) -> Result<(), Error> {
        let subject = record::subject(self.root, &task)?;
        // A record that cannot be read is written anew, as is one that is stale.
        let old = record::load(self.root, &task).ok().flatten();
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
        self.records.push((task, record));
        Ok(())
    }

    /// Trains all networks, this many at a time. The longest trainings are first, lest one of them runs alone in the
    /// end.
    fn carry_out(&mut self, threads: usize) -> Result<(), Error> {
        let Self { root, environment, mnist, records, jobs } = self;
        jobs.sort_by_key(|job| Reverse(job.whole_effort()));
        let bar = ProgressBar::new(jobs.iter().map(Job::whole_effort).sum());
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent} %  {eta} left  {msg}") {
            bar.set_style(style);
        }
        let tasks = Vec::from_iter(records.iter().map(|(task, _)| *task));
        let work = |job: &Job| (job.record, job.train(&tasks[job.record], mnist.as_ref(), &bar));
        let outcome = in_parallel(threads, jobs.iter(), work, |(record, trained)| {
            let ((task, record), (run, dataset)) = (&mut records[record], trained?);
            let accuracy = 100.0 * run.test_accuracy;
            let told = format!("{task}, seed {}: {accuracy:.2} % after {:.2} s of training", run.seed, run.seconds);
            let examples = Examples { train: dataset.train.len(), test: dataset.test.len() };
            record.add(run, examples, environment);
            save(record, &root.join(task.path()))?;
            bar.suspend(|| eprintln!("{told}"));
            Ok(())
        });
        bar.finish_and_clear();
        outcome
    }
}

/// Returns what is kept of a training.
fn run(seed: u64, trained: &Trained) -> Run {
    Run {
        seed,
        test_accuracy: rounded(trained.confusion.accuracy(), 6),
        seconds: significant(trained.seconds, 4),
        errors: trained.errors.iter().map(|error| significant(*error, 4)).collect(),
        test_accuracies: trained.test_accuracies.iter().map(|accuracy| rounded(*accuracy, 4)).collect(),
        confusion: trained.confusion.counts.rows().into_iter().map(|row| row.to_vec()).collect(),
    }
}
