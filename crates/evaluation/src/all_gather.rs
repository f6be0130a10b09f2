use std::{
    sync::{
        Arc,
        mpsc::{Receiver, Sender, TryRecvError, channel},
    },
    thread,
};

/// The number of times that a waiting thread asks before it goes to sleep. To be woken takes about 50 microseconds, and
/// the others are seldom that late. Each time it offers its core to any thread that is ready, for those with fewer
/// cores.
const AWAKE: usize = 1_000;

/// One thread's end of an all-gather: each thread sends a value, and receives the values of all, in the order of the
/// threads. The values of threads that are on time are there within a few microseconds.
#[derive(Debug)]
pub struct AllGather<T> {
    /// To each thread, this one included.
    to: Vec<Sender<Arc<T>>>,
    /// From each thread, this one included.
    from: Vec<Receiver<Arc<T>>>,
}

impl<T> AllGather<T> {
    /// Returns the ends for this many `threads`, in order.
    pub fn among(threads: usize) -> Vec<Self> {
        let mut ends = Vec::from_iter((0..threads).map(|_| Self { to: Vec::new(), from: Vec::new() }));
        for one in 0..threads {
            for other in 0..threads {
                let (to, from) = channel();
                ends[one].to.push(to);
                ends[other].from.push(from);
            }
        }
        ends
    }

    /// Returns the end for a thread that meets only itself.
    pub fn alone() -> Self {
        let (to, from) = channel();
        Self { to: vec![to], from: vec![from] }
    }

    /// Sends `value` to all threads, waits for their values, and returns them.
    ///
    /// # Panics
    ///
    /// If another thread has ended.
    pub fn gather(&self, value: T) -> Vec<Arc<T>> {
        let value = Arc::new(value);
        for to in &self.to {
            to.send(value.clone()).expect("no thread ends before the others");
        }
        self.from.iter().map(|from| wait(from).expect("no thread ends before the others")).collect()
    }
}

/// Returns the next value, or nothing if the sender has ended.
fn wait<T>(from: &Receiver<T>) -> Option<T> {
    for _ in 0..AWAKE {
        match from.try_recv() {
            Err(TryRecvError::Empty) => thread::yield_now(),
            received => return received.ok(),
        }
    }
    from.recv().ok()
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn each_thread_gets_the_values_of_all_in_order_and_of_the_same_round() {
        let rounds = 1_000;
        thread::scope(|scope| {
            for (thread, end) in AllGather::among(3).into_iter().enumerate() {
                scope.spawn(move || {
                    for round in 0..rounds {
                        let values = Vec::from_iter(end.gather((thread, round)).iter().map(|value| **value));
                        assert_eq!(values, [(0, round), (1, round), (2, round)]);
                    }
                });
            }
        });
    }

    #[test]
    fn a_thread_that_is_alone_gets_its_own_value() {
        assert_eq!(AllGather::alone().gather(7), [Arc::new(7)]);
    }
}
