use std::fmt;

use datasets::{Dataset, Examples};
use evaluation::{Classifier, Observer, Tunable, Value, in_parallel};

use crate::{Error, timing::made_up};

/// The means of an experiment: its data, its trainings, and threads for several measurements side by side.
pub struct Bench<'a> {
    threads: usize,
    progress: &'a (dyn Fn(usize, usize) + Sync),
    /// In a trial, little is done of everything.
    trial: bool,
}

impl<'a> Bench<'a> {
    /// Returns a bench for this many measurements side by side. It calls `progress` after each, with the number of
    /// those that are done and the number of all.
    pub fn new(threads: usize, progress: &'a (dyn Fn(usize, usize) + Sync)) -> Self {
        Self { threads, progress, trial: false }
    }

    /// Returns a bench for a trial of a second or so: two seeds, two iterations, one repetition, a few examples, and
    /// none of MNIST. What is found has the form of findings, and numbers without a meaning.
    pub fn trial() -> Self {
        Self { threads: 2, progress: &|_, _| (), trial: true }
    }

    /// Returns true in a trial.
    pub fn is_trial(&self) -> bool {
        self.trial
    }

    /// Measures each of the `subjects`, several at the same time. Returns what was found, in their order.
    ///
    /// # Errors
    ///
    /// The first of those of `measure`.
    pub fn all<S: Sync, T: Send>(
        &self,
        subjects: &[S],
        measure: impl Fn(&S) -> Result<T, Error> + Sync,
    ) -> Result<Vec<T>, Error> {
        let mut found = Vec::from_iter(subjects.iter().map(|_| None));
        let mut done = 0;
        let work = |(index, subject)| (index, measure(subject));
        in_parallel(self.threads, subjects.iter().enumerate(), work, |(index, finding): (usize, _)| {
            found[index] = Some(finding?);
            done += 1;
            (self.progress)(done, subjects.len());
            Ok::<(), Error>(())
        })?;
        Ok(found.into_iter().flatten().collect())
    }

    /// Measures each of the `cases` by the seeds from 1 to `seeds`. Returns what was found, by case and seed.
    ///
    /// # Errors
    ///
    /// The first of those of `measure`.
    pub fn over_seeds<C: Sync, T: Send>(
        &self,
        cases: &[C],
        seeds: u64,
        measure: impl Fn(&C, u64) -> Result<T, Error> + Sync,
    ) -> Result<Vec<Vec<T>>, Error> {
        let seeds = if self.trial { seeds.min(2) } else { seeds };
        let subjects = Vec::from_iter(cases.iter().flat_map(|case| (1..=seeds).map(move |seed| (case, seed))));
        let mut found = self.all(&subjects, |&(case, seed)| measure(case, seed))?.into_iter();
        Ok(cases.iter().map(|_| found.by_ref().take(seeds as usize).collect()).collect())
    }

    /// Returns this number of iterations; two at most in a trial.
    pub fn iterations(&self, iterations: usize) -> usize {
        if self.trial { iterations.min(2) } else { iterations }
    }

    /// Returns this number of repetitions; one in a trial.
    pub fn repetitions(&self, repetitions: usize) -> usize {
        if self.trial { 1 } else { repetitions }
    }

    /// Returns this number of examples, or draws; 120 at most in a trial.
    pub fn examples(&self, examples: usize) -> usize {
        if self.trial { examples.min(120) } else { examples }
    }

    /// Returns the digits, dealt by `seed`.
    pub fn digits(&self, seed: u64) -> Dataset {
        self.cut(datasets::digits(seed))
    }

    /// Loads MNIST. In a trial it is made up.
    ///
    /// # Errors
    ///
    /// If MNIST is not there.
    pub fn mnist(&self) -> Result<Dataset, Error> {
        if !self.trial {
            return Ok(datasets::mnist(None)?);
        }
        let classes = (0..10).map(|digit| digit.to_string()).collect();
        let [train, test] = [made_up(self.examples(usize::MAX)), made_up(self.examples(usize::MAX))];
        Ok(Dataset { name: "mnist".to_owned(), classes, train, test })
    }

    fn cut(&self, dataset: Dataset) -> Dataset {
        let part = |examples: &Examples| examples.select(&Vec::from_iter(0..self.examples(examples.len())));
        Dataset { train: part(&dataset.train), test: part(&dataset.test), ..dataset }
    }

    /// Trains a network by `seed`, as the command line does it, under the eyes of `observer`.
    pub fn train<C: Classifier>(
        &self,
        examples: &Examples,
        hyperparameters: &C::Hyperparameters,
        seed: u64,
        observer: &mut impl Observer<C>,
    ) -> C {
        let mut hyperparameters = hyperparameters.clone();
        if let Some(Value::Count(iterations)) = hyperparameters.get("iterations") {
            let iterations = self.iterations(iterations).to_string();
            hyperparameters.set("iterations", &iterations).expect("not more iterations than there were");
        }
        crate::train(examples, &hyperparameters, seed, observer)
    }
}

impl fmt::Debug for Bench<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { threads, trial, .. } = self;
        f.debug_struct("Bench").field("threads", threads).field("trial", trial).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn findings_come_in_the_order_of_their_subjects() {
        let calls = AtomicUsize::new(0);
        let progress = |done, all| {
            assert!(done <= all && all == 20);
            calls.fetch_add(1, Ordering::Relaxed);
        };
        let subjects: Vec<usize> = (0..20).collect();
        let squares = Bench::new(3, &progress).all(&subjects, |n| Ok(n * n)).unwrap();
        assert_eq!(squares, subjects.iter().map(|n| n * n).collect::<Vec<_>>());
        assert_eq!(calls.into_inner(), 20);
    }

    #[test]
    fn an_error_ends_it() {
        let fail = |n: &usize| if *n == 2 { Err(Error::Findings(n.to_string())) } else { Ok(()) };
        let outcome = Bench::new(1, &|done, _| assert!(done <= 2)).all(&[0, 1, 2, 3, 4], fail);
        assert_eq!(outcome.unwrap_err().to_string(), "2; mend the experiment");
    }

    #[test]
    fn each_case_is_measured_by_each_seed() {
        let measure = |case: &u64, seed| Ok(10 * case + seed);
        let found = Bench::new(2, &|_, _| ()).over_seeds(&[1, 2], 3, measure).unwrap();
        assert_eq!(found, [[11, 12, 13], [21, 22, 23]]);
        assert_eq!(Bench::trial().over_seeds(&[1, 2], 3, measure).unwrap(), [[11, 12], [21, 22]]);
    }

    #[test]
    fn a_trial_is_short() {
        let trial = Bench::trial();
        let (digits, mnist) = (trial.digits(1), trial.mnist().unwrap());
        assert_eq!([digits.train.len(), digits.test.len(), mnist.train.len(), mnist.test.len()], [120; 4]);
        assert_eq!((mnist.train.inputs.ncols(), mnist.train.classes()), (784, 10));
        let mut curve = evaluation::Curve::on(&digits.test);
        trial.train::<regularized::Network>(&digits.train, &Default::default(), 1, &mut curve);
        assert_eq!(curve.errors.len(), 2);
    }
}
