use ndarray::{Array2, Axis};

use crate::{ClassReport, Report};

/// What was answered to what: the confusion matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Confusion {
    /// The number of times that each class was predicted for each class, of shape (true class, predicted class).
    pub counts: Array2<usize>,
}

impl Confusion {
    /// Counts the `predictions` to examples with `labels`, both below `classes`.
    ///
    /// # Panics
    ///
    /// If there is not one prediction for each label, or a label or a prediction is not below `classes`.
    pub fn new(labels: &[usize], predictions: &[usize], classes: usize) -> Self {
        assert_eq!(predictions.len(), labels.len(), "one prediction for each label");
        let mut counts = Array2::zeros((classes, classes));
        for (&label, &prediction) in labels.iter().zip(predictions) {
            counts[(label, prediction)] += 1;
        }
        Self { counts }
    }

    /// The fraction of the predictions that are right, from 0 to 1; 0 if there are none.
    pub fn accuracy(&self) -> f64 {
        ratio(self.counts.diag().sum(), self.counts.sum())
    }

    /// How well each class was recognised.
    pub fn report(&self) -> Report {
        let supports = self.counts.sum_axis(Axis(1));
        let predictions = self.counts.sum_axis(Axis(0));
        let classes: Vec<ClassReport> = self
            .counts
            .diag()
            .iter()
            .zip(&supports)
            .zip(&predictions)
            .map(|((&right, &support), &predicted)| ClassReport {
                precision: ratio(right, predicted),
                recall: ratio(right, support),
                f1: ratio(2 * right, support + predicted),
                support,
            })
            .collect();
        let all = supports.sum();
        Report {
            accuracy: self.accuracy(),
            macro_avg: average(&classes, all, |_| 1),
            weighted_avg: average(&classes, all, |class| class.support),
            never_predicted: predictions.indexed_iter().filter(|(_, n)| **n == 0).map(|(class, _)| class).collect(),
            classes,
        }
    }

    /// The matrix as aligned text with the names of the `classes`: a row for each true class, a column for each
    /// predicted one, and a dot for each 0.
    ///
    /// # Panics
    ///
    /// If there is not one name for each class.
    pub fn table(&self, classes: &[String]) -> String {
        assert_eq!(classes.len(), self.counts.nrows(), "one name for each class");
        let cell = |count: usize| if count == 0 { ".".to_owned() } else { count.to_string() };
        let names = classes.iter().map(|name| name.chars().count());
        let name_width = names.chain(["true".len()]).max().unwrap_or(0);
        let numbers = self.counts.iter().map(|&count| cell(count).len());
        let width = classes.iter().map(|name| name.chars().count()).chain(numbers).max().unwrap_or(0);

        let mut table = format!("{:>name_width$}  predicted\n{:>name_width$} ", "", "true");
        for name in classes {
            table += &format!(" {name:>width$}");
        }
        table.push('\n');
        for (name, row) in classes.iter().zip(self.counts.rows()) {
            table += &format!("{name:>name_width$} ");
            for &count in row {
                table += &format!(" {:>width$}", cell(count));
            }
            table.push('\n');
        }
        table
    }
}

/// `part` / `whole`, and 0 if the whole is 0.
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// The mean over the `classes`, each with its `weight`, for `support` examples in all.
fn average(classes: &[ClassReport], support: usize, weight: impl Fn(&ClassReport) -> usize) -> ClassReport {
    let weights = classes.iter().map(&weight).sum::<usize>().max(1) as f64;
    let mean = |score: fn(&ClassReport) -> f64| {
        classes.iter().map(|class| score(class) * weight(class) as f64).sum::<f64>() / weights
    };
    ClassReport {
        precision: mean(|class| class.precision),
        recall: mean(|class| class.recall),
        f1: mean(|class| class.f1),
        support,
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn rows_are_true_and_columns_predicted() {
        let confusion = Confusion::new(&[0, 0, 1, 2, 2], &[0, 1, 1, 0, 0], 3);
        assert_eq!(confusion.counts, array![[1, 1, 0], [0, 1, 0], [2, 0, 0]]);
        assert_eq!(confusion.accuracy(), 0.4);
    }

    #[test]
    fn precision_is_by_column_and_recall_by_row() {
        let report = Confusion { counts: array![[3, 1], [0, 4]] }.report();
        let first = ClassReport { precision: 1.0, recall: 0.75, f1: 6.0 / 7.0, support: 4 };
        let second = ClassReport { precision: 0.8, recall: 1.0, f1: 8.0 / 9.0, support: 4 };
        assert_eq!(report.classes, [first, second]);
        assert_eq!(report.macro_avg.precision, 0.9);
    }

    #[test]
    fn each_average_has_its_weights() {
        let report = Confusion { counts: array![[1, 0], [1, 2]] }.report();
        assert_eq!(report.macro_avg.precision, (0.5 + 1.0) / 2.0);
        assert_eq!(report.weighted_avg.precision, (0.5 + 1.0 * 3.0) / 4.0);
    }

    #[test]
    fn the_table_is_aligned() {
        let names = |names: [&str; 2]| names.map(str::to_owned).to_vec();
        let confusion = Confusion { counts: array![[1234, 0], [5, 67]] };
        assert_eq!(
            confusion.table(&names(["0", "1"])),
            "
      predicted
true     0    1
   0  1234    .
   1     5   67
"
            .trim_start_matches('\n')
        );
        assert_eq!(
            confusion.table(&names(["ja", "vielleicht"])),
            "
            predicted
      true          ja vielleicht
        ja        1234          .
vielleicht           5         67
"
            .trim_start_matches('\n')
        );
    }
}
