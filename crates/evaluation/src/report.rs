/// How well each class was recognised, and all of them together.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// One entry for each class, by label.
    pub classes: Vec<ClassReport>,
    /// The fraction of all answers that are right.
    pub accuracy: f64,
    /// The mean over the classes, each counted once.
    pub macro_avg: ClassReport,
    /// The mean over the classes, each counted by its support.
    pub weighted_avg: ClassReport,
    /// The classes that were never answered, whose precision is 0 for want of a better number.
    pub never_predicted: Vec<usize>,
}

/// How well a class was recognised. Where there is nothing to take a fraction of, it is 0.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassReport {
    /// Of the answers that named the class, the fraction that were right.
    pub precision: f64,
    /// Of the examples of the class, the fraction that were recognised.
    pub recall: f64,
    /// The harmonic mean of precision and recall.
    pub f1: f64,
    /// The number of examples of the class.
    pub support: usize,
}

impl Report {
    /// The report with the names of the `classes`, laid out as scikit-learn's `classification_report` is, and below it
    /// a note on the classes that were never answered and one on those without examples, if there are any.
    ///
    /// # Panics
    ///
    /// If there is not one name for each class.
    pub fn text(&self, classes: &[String]) -> String {
        assert_eq!(classes.len(), self.classes.len(), "one name for each class");
        let names = classes.iter().map(|name| name.chars().count());
        let width = names.chain(["weighted avg".len()]).max().unwrap_or(0);
        let row = |name: &str, ClassReport { precision, recall, f1, support }: &ClassReport| {
            format!("{name:>width$}  {precision:>9.2} {recall:>9.2} {f1:>9.2} {support:>9}\n")
        };

        let mut text = format!("{:>width$}  precision    recall  f1-score   support\n\n", "");
        for (name, class) in classes.iter().zip(&self.classes) {
            text += &row(name, class);
        }
        let support = self.macro_avg.support;
        text += &format!("\n{:>width$}  {:>9} {:>9} {:>9.2} {support:>9}\n", "accuracy", "", "", self.accuracy);
        text += &row("macro avg", &self.macro_avg);
        text += &row("weighted avg", &self.weighted_avg);

        let absent: Vec<usize> = (0..classes.len()).filter(|&label| self.classes[label].support == 0).collect();
        for (labels, reason) in [
            (&self.never_predicted, "precision 0 because it was never predicted"),
            (&absent, "recall 0 because there are no examples of it"),
        ] {
            for &label in labels {
                text += &format!("Note: {} has {reason}.\n", classes[label]);
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use crate::Confusion;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    // The expected reports are what scikit-learn 1.9.1 prints for the same counts, with `zero_division=0`.

    #[test]
    fn ten_digits_are_laid_out_as_in_scikit_learn() {
        let counts = array![
            [37, 0, 0, 0, 0, 0, 1, 0, 0, 0],
            [1, 49, 0, 0, 0, 0, 2, 0, 1, 0],
            [0, 0, 47, 1, 0, 0, 1, 0, 0, 0],
            [0, 0, 0, 42, 1, 0, 0, 1, 0, 0],
            [0, 0, 0, 0, 33, 0, 0, 0, 0, 0],
            [1, 0, 0, 0, 0, 44, 0, 0, 0, 0],
            [0, 0, 1, 0, 0, 0, 39, 1, 0, 0],
            [0, 1, 2, 0, 0, 0, 0, 46, 0, 0],
            [1, 2, 1, 1, 1, 0, 0, 1, 49, 0],
            [0, 0, 0, 1, 0, 1, 1, 0, 0, 39],
        ];
        let text = Confusion { counts }.report().text(&names(&["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]));
        let expected = "              precision    recall  f1-score   support

           0       0.93      0.97      0.95        38
           1       0.94      0.92      0.93        53
           2       0.92      0.96      0.94        49
           3       0.93      0.95      0.94        44
           4       0.94      1.00      0.97        33
           5       0.98      0.98      0.98        45
           6       0.89      0.95      0.92        41
           7       0.94      0.94      0.94        49
           8       0.98      0.88      0.92        56
           9       1.00      0.93      0.96        42

    accuracy                           0.94       450
   macro avg       0.94      0.95      0.95       450
weighted avg       0.95      0.94      0.94       450
";
        assert_eq!(text, expected);
    }

    #[test]
    fn long_names_widen_the_first_column() {
        let report = Confusion { counts: array![[3, 1, 0], [1, 2, 0], [1, 0, 0]] }.report();
        let expected = "                 precision    recall  f1-score   support

         setosa       0.60      0.75      0.67         4
Iris versicolor       0.67      0.67      0.67         3
      virginica       0.00      0.00      0.00         1

       accuracy                           0.62         8
      macro avg       0.42      0.47      0.44         8
   weighted avg       0.55      0.62      0.58         8
Note: virginica has precision 0 because it was never predicted.
";
        assert_eq!(report.text(&names(&["setosa", "Iris versicolor", "virginica"])), expected);
    }

    #[test]
    fn a_score_without_anything_to_divide_by_is_0_and_noted() {
        let report = Confusion { counts: array![[2, 0, 0, 1], [1, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]] }.report();
        let expected = "              precision    recall  f1-score   support

           a       0.67      0.67      0.67         3
           b       1.00      0.50      0.67         2
           c       0.00      0.00      0.00         0
           d       0.00      0.00      0.00         0

    accuracy                           0.60         5
   macro avg       0.42      0.29      0.33         5
weighted avg       0.80      0.60      0.67         5
Note: c has precision 0 because it was never predicted.
Note: c has recall 0 because there are no examples of it.
Note: d has recall 0 because there are no examples of it.
";
        assert_eq!(report.text(&names(&["a", "b", "c", "d"])), expected);
    }

    #[test]
    fn no_examples_make_a_report_of_zeros() {
        let report = Confusion::new(&[], &[], 2).report();
        assert_eq!((report.accuracy, report.macro_avg.f1, report.weighted_avg.f1), (0.0, 0.0, 0.0));
    }
}
