use std::{
    sync::{Mutex, mpsc},
    thread,
};

/// Does the `work` of all `jobs` on this many `threads`, and hands each result to `receive`, on the calling thread and
/// as soon as it is there. The jobs begin in their order. Once `receive` returns an error, those that have begun are
/// finished and no other begins.
///
/// The threads are plain ones, and not those of rayon's pool. A job trains a network, which waits for threads of its
/// own: in `parallel` for the other cores, in `distortions` for the pool. A thread of the pool that waits is lost to
/// the pool, and a pool of one thread, as on a machine with one core, would wait for ever.
///
/// # Errors
///
/// The first of those of `receive`.
///
/// # Panics
///
/// If `work` panics, as soon as the jobs that have begun are finished.
pub fn in_parallel<J, T: Send, E>(
    threads: usize,
    jobs: impl Iterator<Item = J> + Send,
    work: impl Fn(J) -> T + Sync,
    receive: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let queue = Mutex::new(jobs.fuse());
    let next = || queue.lock().expect("no thread panics while it takes a job").next();
    let (sender, results) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads {
            let (sender, next, work) = (sender.clone(), &next, &work);
            scope.spawn(move || {
                while let Some(job) = next() {
                    if sender.send(work(job)).is_err() {
                        break; // after an error nobody receives
                    }
                }
            });
        }
        drop(sender); // so that the results end with the last thread
        results.into_iter().try_for_each(receive)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_job_is_done_once_on_any_number_of_threads() {
        for threads in [1, 2, 7] {
            let mut results = vec![0; 100];
            let receive = |(job, result): (usize, usize)| {
                results[job] += result;
                Ok::<_, ()>(())
            };
            in_parallel(threads, 0..100, |job| (job, job * job), receive).unwrap();
            assert!(results.iter().enumerate().all(|(job, &result)| result == job * job));
        }
    }

    #[test]
    fn an_error_ends_jobs_that_have_no_end() {
        let outcome = in_parallel(1, 0.., |job| job, |job| if job < 5 { Ok(()) } else { Err(job) });
        assert_eq!(outcome, Err(5));
    }
}
