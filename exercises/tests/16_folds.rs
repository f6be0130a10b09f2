//! Cross-validation
//!
//! To choose `l2` without looking at the test set, divide the training set into k parts. Train k times, each time on
//! all parts but one, and judge the network by that one. Every example judges exactly once.

use exercises::not_yet;

/// Returns for each of `k` folds the examples to learn from, and those to be judged by, of the `examples` numbered from
/// 0. Each example is in the second part of exactly one fold, and the sizes of these parts differ by one at most. There
/// are at least `k` examples.
pub fn folds(examples: usize, k: usize) -> Vec<(Vec<usize>, Vec<usize>)> {
    not_yet((examples, k))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_k_folds() {
        for (examples, k) in [(10, 5), (10, 3), (4, 4)] {
            let count = folds(examples, k).len();
            assert!(
                count == k,
                "{examples} examples in {k} folds: yours are {count}. The examples that are left over need no fold of \
                 their own."
            );
        }
    }

    #[test]
    fn every_example_judges_once() {
        for (examples, k) in [(10, 5), (10, 3), (1347, 5), (4, 4)] {
            let folds = folds(examples, k);
            for example in 0..examples {
                let times = folds.iter().flat_map(|(_, validation)| validation).filter(|&&e| e == example).count();
                assert!(
                    times == 1,
                    "{examples} examples in {k} folds: example {example} is among those to be judged by {times} \
                     times.\nIf it is one of the last, it was left over by a division of whole numbers."
                );
            }
        }
    }

    #[test]
    fn no_example_judges_a_network_that_learned_from_it() {
        for (examples, k) in [(10, 5), (10, 3), (4, 4)] {
            for (fold, (train, validation)) in folds(examples, k).into_iter().enumerate() {
                if let Some(both) = train.iter().find(|example| validation.contains(example)) {
                    panic!(
                        "{examples} examples in {k} folds: fold {fold} learns from example {both}, and is judged by it."
                    );
                }
                let mut all = [train, validation].concat();
                all.sort_unstable();
                assert!(
                    all.iter().copied().eq(0..examples),
                    "{examples} examples in {k} folds: fold {fold} has {} examples in its two parts, and should have \
                     each of the {examples} once.",
                    all.len()
                );
            }
        }
    }

    #[test]
    fn the_folds_are_of_one_size() {
        for (examples, k) in [(10, 3), (11, 4), (1347, 5)] {
            let sizes: Vec<usize> = folds(examples, k).iter().map(|(_, validation)| validation.len()).collect();
            let (least, most) = (examples / k, examples.div_ceil(k));
            assert!(
                sizes.iter().all(|size| (least..=most).contains(size)),
                "{examples} examples in {k} folds: the parts to be judged by should have {least} or {most} examples, \
                 yours have {sizes:?}.\nDo not give all that are left over to one fold, nor leave one short: deal them \
                 like cards."
            );
        }
    }
}
