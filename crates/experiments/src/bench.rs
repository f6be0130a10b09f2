use std::{
    fmt,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use crate::Error;

/// What an experiment is carried out with.
pub struct Bench<'a> {
    threads: usize,
    progress: &'a (dyn Fn(usize, usize) + Sync),
}

impl<'a> Bench<'a> {
    /// A bench for so many measurements side by side. It calls `progress` after each, with how many of how many are
    /// done.
    pub fn new(threads: usize, progress: &'a (dyn Fn(usize, usize) + Sync)) -> Self {
        Self { threads, progress }
    }

    /// What `measure` finds out about each of the `subjects`, in their order. Several are measured at the same time.
    ///
    /// # Errors
    ///
    /// The first of those of `measure`.
    pub fn all<S: Sync, T: Send>(
        &self,
        subjects: &[S],
        measure: impl Fn(&S) -> Result<T, Error> + Sync,
    ) -> Result<Vec<T>, Error> {
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let found: Mutex<Vec<Option<T>>> = Mutex::new(subjects.iter().map(|_| None).collect());
        let work = || -> Result<(), Error> {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(subject) = subjects.get(index) else { return Ok(()) };
                let finding = measure(subject).inspect_err(|_| {
                    next.store(subjects.len(), Ordering::Relaxed); // the others finish what they are at
                })?;
                found.lock().unwrap_or_else(PoisonError::into_inner)[index] = Some(finding);
                (self.progress)(done.fetch_add(1, Ordering::Relaxed) + 1, subjects.len());
            }
        };
        thread::scope(|scope| {
            let workers: Vec<_> = (0..self.threads.min(subjects.len())).map(|_| scope.spawn(work)).collect();
            workers.into_iter().try_for_each(|worker| worker.join().expect("no measurement panics"))
        })?;
        Ok(found.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().flatten().collect())
    }
}

impl fmt::Debug for Bench<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bench").field("threads", &self.threads).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
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
}
