//! What came of the steps: tables, curves, confusion matrices and single numbers.

use charts::{Chart, Panel, Point, Series};
use records::{Record, Run};
use serde_json::Number;

use crate::{
    Outcome,
    html::{block, escape, figure, grouped, table, unbroken},
    meant,
    record::Records,
};

/// The table of all steps.
pub fn all(records: &Records) -> Outcome {
    let mut rows = Vec::new();
    for step in &records::STEPS {
        let link = format!("<a href=\"{0}.html\"><code>{0}</code></a>", step.name);
        // What counts comes first: a narrow screen shows the left.
        rows.push(vec![
            link,
            accuracy(records, "digits", step.name)?,
            accuracy(records, "mnist", step.name)?,
            unbroken(&escape(step.claim)),
            escape(step.section),
        ]);
    }
    let header = ["step", "digits (least – most)", "MNIST", "to compare with", "section of the tutorial"];
    let caption = format!("Test accuracy: mean ± deviation over the seeds. {UNITS}");
    Ok(block(&table(&header.map(str::to_owned), &rows, &caption)))
}

/// A step and the one before it.
pub fn one(records: &Records, name: &str) -> Outcome {
    let (step, before) = find(name)?;
    let mut rows = Vec::new();
    for row in before.into_iter().chain([step]) {
        let code = format!("<code>{}</code>", row.name);
        rows.push(vec![code, accuracy(records, "digits", row.name)?, accuracy(records, "mnist", row.name)?]);
    }
    let header = ["test accuracy", "digits (least – most)", "MNIST"].map(str::to_owned);
    let claim = unbroken(&escape(step.claim));
    let claimed = match step.section.strip_prefix("beyond it") {
        _ if step.claim == records::NO_CLAIM => String::new(),
        Some(_) => format!(" Beyond the tutorial; to be compared with {claim}."),
        None => format!(" The tutorial (“{}”) claims: {claim}.", escape(step.section)),
    };
    let caption = format!("Mean ± deviation over the seeds. {UNITS}{claimed}");
    Ok(block(&table(&header, &rows, &caption)))
}

/// The hidden units of the networks in a table, as its caption tells them, and as a cell tells other ones.
const UNITS: &str = "100 hidden units if nothing else is said.";
const USUAL_UNITS: u64 = 100;

/// The test accuracy of a step on a data set, and its hidden units if they are unusual.
fn accuracy(records: &Records, dataset: &str, step: &str) -> Outcome {
    records.cell(&format!("{dataset}/{step}"), |record: &Record| {
        let units = match record.subject.hyperparameters.get("hidden").and_then(Number::as_u64) {
            Some(units) if units != USUAL_UNITS => format!(" with {units} hidden units"),
            _ => String::new(),
        };
        format!("<span class=\"whole\">{}</span>{units}", record.spread())
    })
}

/// The test accuracy of a step after each iteration, and that of the step before it.
pub fn curve(records: &Records, name: &str, dataset: &str) -> Outcome {
    let (step, before) = find(name)?;
    let mut series = Vec::new();
    for step in before.into_iter().chain([step]) {
        let record: Record = records.load(&format!("{dataset}/{}", step.name))?;
        let iterations = record.runs.iter().map(|run| run.test_accuracies.len()).min().unwrap_or(0);
        let point = |iteration: usize| {
            let accuracies = || record.runs.iter().map(move |run| 100.0 * run.test_accuracies[iteration]);
            let mean = accuracies().sum::<f64>() / record.runs.len() as f64;
            let [low, high] = [accuracies().fold(mean, f64::min), accuracies().fold(mean, f64::max)];
            Point { x: (iteration + 1) as f64, y: mean, band: Some((low, high)) }
        };
        let points = (0..iterations).map(point).collect();
        series.push(Series { label: step.name.to_owned(), dots: false, points });
    }
    let name = if dataset == "mnist" { "MNIST" } else { dataset };
    let title = format!("Test accuracy on {name} after each iteration");
    let note = "The line is the mean over the seeds, the band reaches from the least to the most.";
    let panels = vec![Panel { y: "test accuracy, %".to_owned(), series }];
    figure(Chart { title, x: "iteration".to_owned(), logarithmic: false, panels }.draw(), note)
}

/// The confusion matrix of a step, summed over the seeds.
pub fn confusion(records: &Records, name: &str, dataset: &str) -> Outcome {
    find(name)?;
    let record: Record = records.load(&format!("{dataset}/{name}"))?;
    let classes = record.runs.first().map_or(0, |run| run.confusion.len());
    let whole = |run: &Run| run.confusion.len() == classes && run.confusion.iter().all(|row| row.len() == classes);
    if classes == 0 || !record.runs.iter().all(whole) {
        return Err(format!(
            "the confusion matrices in {dataset}/{name} are not all square, of one size and not empty"
        ));
    }
    let mut rows = Vec::new();
    for class in 0..classes {
        let count = |answer| record.runs.iter().map(|run| run.confusion[class][answer]).sum::<usize>();
        let cell = |answer| match count(answer) {
            0 => "<span class=\"none\">0</span>".to_owned(),
            count if answer == class => format!("<strong>{}</strong>", grouped(&count.to_string())),
            count => grouped(&count.to_string()),
        };
        rows.push([class.to_string()].into_iter().chain((0..classes).map(cell)).collect());
    }
    let header: Vec<String> =
        ["shown".to_owned()].into_iter().chain((0..classes).map(|class| class.to_string())).collect();
    let caption = format!(
        "A row for each digit that was shown, a column for each answer of <code>{name}</code>: how often, in {} runs.",
        record.runs.len()
    );
    Ok(block(&table(&header, &rows, &caption)))
}

/// A number of a record.
pub fn value(records: &Records, name: &str, fields: &[&str]) -> Outcome {
    let [field] = fields else { return Err(format!("`value {name}` needs one field")) };
    let record: Record = records.load(name)?;
    let percent = |fraction| record.percent(fraction);
    let summary = &record.test_accuracy;
    Ok(match *field {
        "accuracy" => record.accuracy(),
        "mean" => percent(summary.mean),
        "deviation" => summary.deviation.map_or("?".to_owned(), percent),
        "min" => percent(summary.min),
        "max" => percent(summary.max),
        "seeds" => record.runs.len().to_string(),
        "train" => grouped(&record.examples.train.to_string()),
        "test" => grouped(&record.examples.test.to_string()),
        "seconds" => format!("{} s", two_digits(record.indicative_seconds_per_iteration)),
        "command" => format!("`{}`", record.subject.command),
        setting => {
            let known = record.subject.hyperparameters.keys().map(String::as_str);
            let missing = || format!("{name} has no {setting}: {}", meant(setting, known.chain(FIELDS)));
            let number = record.subject.hyperparameters.get(setting).ok_or_else(missing)?;
            grouped(&match number.as_f64() {
                Some(fraction) if number.is_f64() => fraction.to_string(), // 0.00001, where JSON has 1e-5
                _ => number.to_string(),
            })
        }
    })
}

/// What a record has besides its hyperparameters, of which `iterations` is one.
const FIELDS: [&str; 9] = ["accuracy", "mean", "deviation", "min", "max", "seeds", "train", "test", "seconds"];

/// A time with two digits that mean something: it is indicative only.
fn two_digits(seconds: f64) -> String {
    let places = 1.0 - seconds.max(1e-9).log10().floor();
    format!("{seconds:.*}", places.max(0.0) as usize)
}

type Neighbours = (&'static records::Step, Option<&'static records::Step>);

fn find(name: &str) -> Result<Neighbours, String> {
    let unknown = || format!("{name} is no step: {}", meant(name, records::STEPS.iter().map(|step| step.name)));
    records::step(name).ok_or_else(unknown)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::tests::{RECORD, workspace};

    #[test]
    fn a_number_is_the_one_of_the_record() {
        let broken = RECORD.replace("[2, 1000]", "[3]");
        let folder = workspace(&[("mnist/vectorized.json", RECORD), ("mnist/momentum.json", &broken)]);
        let records = Records::open(folder.path()).unwrap();
        let value = |field| value(&records, "mnist/vectorized", &[field]);
        let fields = ["accuracy", "mean", "deviation", "min", "max", "seeds", "train", "seconds", "hidden", "l2_in"];
        assert_eq!(
            fields.map(|field| value(field).unwrap()),
            ["97.71 ± 0.14 %", "97.71 %", "0.14 %", "97.62 %", "97.86 %", "1", "60,000", "0.0079 s", "100", "0.00001"]
        );
        assert!(value("hiden").unwrap_err().starts_with("mnist/vectorized has no hiden: there are hidden"));
        let error = confusion(&records, "momentum", "mnist").unwrap_err();
        assert!(error.contains("not all square"), "{error}");
    }

    #[test]
    fn a_time_has_two_digits() {
        assert_eq!([0.00794, 0.25, 1.53, 12.3, 123.4].map(two_digits), ["0.0079", "0.25", "1.5", "12", "123"]);
    }

    #[test]
    fn unusual_numbers_of_hidden_units_are_told() {
        let many = RECORD.replace("\"hidden\": 100", "\"hidden\": 800");
        let names = ["digits/parallel.json", "mnist/parallel.json", "digits/distortions.json"];
        let usual = names.map(|name| (name, RECORD));
        let folder = workspace(&[&usual[..], &[("mnist/distortions.json", &many)]].concat());
        let table = one(&Records::open(folder.path()).unwrap(), "distortions").unwrap();
        assert_eq!(table.matches("97.71 ± 0.14 %</span> with 800 hidden units<").count(), 1, "{table}");
        assert_eq!(table.matches("hidden units<").count(), 1, "{table}");
        assert!(table.contains("100 hidden units if nothing else is said. Beyond the tutorial; to be"), "{table}");
    }

    #[test]
    fn a_step_without_a_claim_has_none_in_its_caption() {
        let names = ["digits/naive-loops.json", "mnist/naive-loops.json", "digits/vectorized.json"];
        let folder = workspace(&[&names.map(|name| (name, RECORD))[..], &[("mnist/vectorized.json", RECORD)]].concat());
        let table = one(&Records::open(folder.path()).unwrap(), "vectorized").unwrap();
        assert!(table.contains("is said.</caption>"), "{table}");
        assert!(!table.contains("claims"), "{table}");
    }

    #[test]
    fn every_step_has_its_tables_and_curves() {
        let folder = workspace(&[]);
        for step in &records::STEPS {
            for dataset in ["digits", "mnist"] {
                let path = folder.path().join(format!("book/results/{dataset}/{}.json", step.name));
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, RECORD).unwrap();
            }
        }
        let records = Records::open(folder.path()).unwrap();
        let table = all(&records).unwrap();
        assert_eq!(table.matches("<tr>").count(), 1 + records::STEPS.len());
        assert_eq!(table.matches("97.71 ± 0.14 %").count(), 2 * records::STEPS.len());
        for step in &records::STEPS {
            assert!(one(&records, step.name).unwrap().contains(step.name));
            let told = format!("{}: 75.00 at the end", step.name);
            assert!(curve(&records, step.name, "mnist").unwrap().contains(&told));
            assert!(confusion(&records, step.name, "digits").unwrap().contains("<strong>1,000</strong>"));
        }
    }
}
