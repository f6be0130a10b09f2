/// Returns for each of `k` folds the examples to learn from, and those to be judged by, of the `examples` numbered from
/// 0. Each example is in the second part of exactly one fold, and the sizes of these parts differ by one at most. There
/// are at least `k` examples.
pub fn folds(examples: usize, k: usize) -> Vec<(Vec<usize>, Vec<usize>)> {
    // Dealt like cards: example e goes to fold e mod k.
    (0..k).map(|fold| (0..examples).partition(|example| example % k != fold)).collect()
}
