//! What the record tells, as tables: for the book, the README and the terminal.

use std::{
    collections::{BTreeMap, BTreeSet},
    iter::zip,
};

use experiments::{Cell, Column, Findings, ceiling};
use records::STEPS;

use super::{
    Record,
    contenders::{THREADS, ours, same_workers},
    process::Run,
};

/// What the times of the steps are divided by.
const BASELINE: &str = "vectorized";
const SHOWN_GOALS: [(&str, f64); 2] = [("to-97", 0.97), ("to-98", 0.98)];
/// Thousand millions of operations in an iteration over 60,000 examples of 784-300-10: of a product with the weights of
/// the hidden layer, whose inputs are 784 and the bias; of one with those of the output layer; and of the two and three
/// such products that there are.
const HIDDEN: f64 = 60e3 * 2.0 * 785.0 * 300.0 / 1e9;
const OUTPUT: f64 = 60e3 * 2.0 * 300.0 * 10.0 / 1e9;
const OPERATIONS: f64 = 2.0 * HIDDEN + 3.0 * OUTPUT;

/// All tables, by their names.
pub fn tables(record: &Record) -> BTreeMap<String, Findings> {
    let tables = [
        ("steps", steps(record)),
        ("same-work", same_work(record)),
        ("machine", machine(record)),
        ("processor", processor(record)),
    ];
    tables.map(|(name, table)| (name.to_owned(), table)).into()
}

/// Times of one contender, in seconds.
struct Times {
    /// An iteration: the median, the least and the greatest.
    seconds: [f64; 3],
    /// Seconds of training up to the first iteration that reaches 97 and 98 %, if half of the runs do.
    goals: [Option<f64>; 2],
    /// The test accuracies in the end.
    accuracies: Vec<f64>,
    process: f64,
    /// What of the process is no training.
    rest: f64,
    megabytes: f64,
}

impl Times {
    fn of(runs: &[Run]) -> Option<Self> {
        let seconds: Vec<f64> =
            runs.iter().flat_map(|run| &run.iterations).map(|iteration| iteration.seconds).collect();
        let of_training = |run: &Run| run.iterations.iter().map(|iteration| iteration.seconds).sum::<f64>();
        let of_runs = |value: &dyn Fn(&Run) -> f64| median(runs.iter().map(value).collect());
        let goal = |goal: f64| {
            let times = runs.iter().map(|run| time_to(run, goal).unwrap_or(f64::INFINITY));
            median(times.collect()).filter(|time| time.is_finite())
        };
        Some(Self {
            seconds: [
                median(seconds.clone())?,
                seconds.iter().copied().reduce(f64::min)?,
                seconds.iter().copied().reduce(f64::max)?,
            ],
            goals: SHOWN_GOALS.map(|(_, accuracy)| goal(accuracy)),
            accuracies: runs.iter().filter_map(|run| Some(run.iterations.last()?.test_accuracy)).collect(),
            process: of_runs(&|run| run.process_seconds)?,
            rest: of_runs(&|run| run.process_seconds - of_training(run))?,
            megabytes: of_runs(&|run| run.peak_megabytes)?,
        })
    }

    fn cells(&self) -> Vec<(&'static str, Cell)> {
        let [median, least, most] = self.seconds;
        let mut cells = vec![
            ("seconds", median.into()),
            ("least", least.into()),
            ("most", most.into()),
            ("accuracy", self.accuracies.as_slice().into()),
            ("process", self.process.into()),
            ("rest", self.rest.into()),
            ("memory", self.megabytes.into()),
        ];
        let goals = SHOWN_GOALS.iter().zip(self.goals);
        cells.extend(goals.filter_map(|((key, _), seconds)| Some((*key, Cell::from(seconds?)))));
        cells
    }
}

/// Seconds of training up to the first iteration after which the test accuracy is at least `goal`.
fn time_to(run: &Run, goal: f64) -> Option<f64> {
    let reached = run.iterations.iter().position(|iteration| iteration.test_accuracy >= goal)?;
    Some(run.iterations[..=reached].iter().map(|iteration| iteration.seconds).sum())
}

fn median(mut numbers: Vec<f64>) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied()
}

fn times(record: &Record, key: &str) -> Option<Times> {
    Times::of(record.runs.get(key)?)
}

/// The tutorial's algorithms and the steps, each with its own settings.
fn steps(record: &Record) -> Findings {
    let mut table = Findings::new(
        "One iteration over MNIST's 60,000 examples, 784-100-10, on one core; the Python programs extrapolated",
        [
            Column::number("ratio", "times vectorized", 2),
            Column::seconds("seconds", "an iteration", 2),
            Column::seconds("least", "least", 2),
            Column::seconds("most", "most", 2),
            Column::seconds("to-97", "to 97 %", 1),
            Column::seconds("to-98", "to 98 %", 1),
            Column::seconds("rest", "start and evaluation", 2),
            Column::number("memory", "memory, MB", 0),
        ],
    );
    let Some(baseline) = times(record, BASELINE).map(|times| times.seconds[0]) else { return table };
    for (name, seconds) in &record.tutorial {
        let key: String = name.replace(',', "").replace(' ', "-");
        let cells = [("ratio", Cell::from(seconds / baseline)), ("seconds", (*seconds).into())];
        table.row(key, format!("the tutorial in Python: {name}"), cells);
    }
    for step in &STEPS {
        let Some(times) = times(record, step.name) else { continue };
        let shown = |(key, _): &(&str, Cell)| !["accuracy", "process"].contains(key);
        let mut cells: Vec<_> = times.cells().into_iter().filter(shown).collect();
        cells.push(("ratio", (times.seconds[0] / baseline).into()));
        table.row(step.name, step.name, cells);
    }
    table
}

/// Who does the same work.
fn same_work(record: &Record) -> Findings {
    let mut table = Findings::new(
        "784-300-10 on MNIST, batches of 128, three iterations",
        [
            Column::number("ratio", "times ours", 2),
            Column::seconds("seconds", "an iteration", 2),
            Column::seconds("least", "least", 2),
            Column::seconds("most", "most", 2),
            Column::percent("accuracy", "test accuracy", 2),
            Column::seconds("to-97", "to 97 %", 2),
            Column::seconds("to-98", "to 98 %", 2),
            Column::seconds("process", "the whole process", 2),
            Column::seconds("rest", "start and evaluation", 2),
            Column::number("memory", "memory, MB", 0),
        ],
    );
    for one in same_workers() {
        let (Some(times), Some(ours)) = (times(record, &one.key), times_of_ours(record, one.threads)) else { continue };
        let mut cells = times.cells();
        cells.push(("ratio", (times.seconds[0] / ours.seconds[0]).into()));
        table.row(one.key.as_str(), one.label_with_threads().replace('`', ""), cells);
    }
    table
}

fn times_of_ours(record: &Record, threads: usize) -> Option<Times> {
    times(record, &ours(threads)?.key)
}

/// Returns the median rate over the rounds.
fn peak(record: &Record, name: &str, threads: usize) -> Option<f64> {
    median(record.peaks.get(&format!("{name}-{threads}"))?.clone())
}

/// Returns how many units for multiply-adds a core has, by what one core does.
fn units(record: &Record) -> Option<f64> {
    Some(ceiling::units(record.processor.lanes, peak(record, "registers", 1)?, peak(record, "clock", 1)?))
}

/// Returns the ceiling of the processor, and how near to it products and iterations come.
fn machine(record: &Record) -> Findings {
    let mut table = Findings::new(
        "Additions and multiplications in single precision: how many an iteration has, how many the machine does in a \
         second, and what part that is of its multiply-adds in registers",
        [
            Column::number("operations", "GFLOP in an iteration", 1),
            Column::number("rate-1", "GFLOP/s, 1 thread", 0),
            Column::percent("part-1", "of the registers'", 0),
            Column::number("rate-2", "GFLOP/s, 2 threads", 0),
            Column::percent("part-2", "of the registers'", 0),
        ],
    );
    let of_peak = |name: &str| THREADS.map(|threads| peak(record, name, threads));
    let computed = THREADS
        .map(|threads| Some((2 * record.processor.lanes) as f64 * units(record)? * peak(record, "clock", threads)?));
    let products = THREADS.map(|threads| {
        let [forward, gradient, output] = ["forward", "gradient", "output"].map(|name| peak(record, name, threads));
        Some(OPERATIONS / (HIDDEN / forward? + HIDDEN / gradient? + 3.0 * OUTPUT / output?))
    });
    let ceilings = of_peak("registers");
    let mut row = |key: &str, label: &str, operations: Option<f64>, rates: [Option<f64>; 2]| {
        let mut cells: Vec<(&str, Cell)> =
            operations.map(|operations| ("operations", operations.into())).into_iter().collect();
        for (columns, (rate, ceiling)) in zip([("rate-1", "part-1"), ("rate-2", "part-2")], zip(rates, ceilings)) {
            let (Some(rate), Some(ceiling)) = (rate, ceiling) else { continue };
            cells.extend([(columns.0, Cell::from(rate)), (columns.1, Cell::from(rate / ceiling))]);
        }
        if cells.iter().any(|(column, _)| *column != "operations") {
            table.row(key, label, cells);
        }
    };
    row("computed", "multiply-adds, computed: lanes x 2 x units x clock", None, computed);
    row("registers", "multiply-adds in registers, measured", None, ceilings);
    row("product", "a product of large matrices, 1024 x 1024 by 1024 x 1024", None, of_peak("product"));
    row("forward", "the sums of the hidden layer, 128 x 785 by 785 x 300", Some(HIDDEN), of_peak("forward"));
    row("gradient", "its gradients, 785 x 128 by 128 x 300", Some(HIDDEN), of_peak("gradient"));
    row("output", "the sums of the output layer, 128 x 300 by 300 x 10", Some(OUTPUT), of_peak("output"));
    row("products", "all products of an iteration, at these rates", Some(OPERATIONS), products);
    let mut seen = BTreeSet::new();
    for one in same_workers().filter(|one| seen.insert(one.name)) {
        let rates =
            THREADS.map(|threads| Some(OPERATIONS / times(record, &format!("{}-{threads}", one.name))?.seconds[0]));
        row(one.name, &format!("an iteration of {}", one.label.replace('`', "")), Some(OPERATIONS), rates);
    }
    table
}

/// Returns the processor, and the kernels that everybody took on it.
fn processor(record: &Record) -> Findings {
    let mut table = Findings::new(
        "The processor of these measurements, and what multiplies matrices on it",
        [Column::text("what", "what it is"), Column::text("vector", "vector instructions")],
    );
    let processor = &record.processor;
    if processor.lanes == 0 {
        return table; // an older record does not tell
    }
    let vector = processor.vector.join(", ");
    let name = ("what", Cell::from(record.environment.cpu.as_str()));
    table.row("name", "the processor", [name, ("vector", vector.as_str().into())]);
    let mut row = |key: &str, label: &str, what: String| table.row(key, label, [("what", Cell::from(what.as_str()))]);
    row("lanes", "numbers in a vector, single precision", processor.lanes.to_string());
    if let (Some(clock), Some(units)) = (peak(record, "clock", 1), units(record)) {
        row("clock", "its clock on one core, measured", format!("{clock:.2} GHz"));
        row("units", "units for multiply-adds that its rate needs", units.to_string());
    }
    let mut seen = BTreeSet::new();
    for one in same_workers().filter(|one| seen.insert(one.name)) {
        let Some(kernel) = processor.kernels.get(one.name) else { continue };
        let cells = [("what", kernel.library.as_str()), ("vector", kernel.vector.as_str())];
        table.row(one.name, one.label.replace('`', ""), cells.map(|(key, text)| (key, Cell::from(text))));
    }
    table
}

/// Two or three digits that count, as in 0.42, 13.1 or 3,449.
fn digits(number: f64) -> String {
    match number {
        1000.0.. => format!("{:.0},{:03.0}", (number / 1000.0).floor(), number % 1000.0),
        100.0.. => format!("{number:.0}"),
        10.0.. => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    }
}

/// Print a table on the terminal: a line for each row, with the heads of the columns.
pub fn print(table: &Findings) {
    if table.rows.is_empty() {
        return;
    }
    println!("\n{}", table.title);
    for row in &table.rows {
        let cells = table.columns.iter().filter_map(|column| match row.cells.get(&column.key)? {
            Cell::Number(number) => Some(format!("{} {}", column.label, digits(*number))),
            Cell::Summary(summary) => Some(format!("{} {:.4}", column.label, summary.mean)),
            Cell::Text(text) => Some(format!("{} {text}", column.label)),
        });
        println!("  {:<30} {}", row.label, cells.collect::<Vec<_>>().join("; "));
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{process::Iteration, processor::Kernel},
        *,
    };

    fn run(iterations: &[(f64, f64)], process_seconds: f64) -> Run {
        let iteration = |&(seconds, test_accuracy)| Iteration { seconds, test_accuracy };
        Run { iterations: iterations.iter().map(iteration).collect(), process_seconds, peak_megabytes: 200.0 }
    }

    fn record() -> Record {
        let mut record = Record::default();
        record.runs.insert("vectorized".to_owned(), vec![run(&[(2.0, 0.65)], 3.0)]);
        record.runs.insert("minibatch".to_owned(), vec![run(&[(0.2, 0.96), (0.4, 0.981)], 1.0)]);
        record.runs.insert("minibatch-1".to_owned(), vec![run(&[(1.0, 0.96), (1.0, 0.975), (1.0, 0.982)], 4.0)]);
        record.runs.insert("pytorch-1".to_owned(), vec![run(&[(1.5, 0.96), (1.5, 0.97), (1.5, 0.979)], 8.0); 2]);
        record.tutorial = vec![("loops over numpy arrays".to_owned(), 3449.0)];
        record.processor.lanes = 16;
        for (name, rates) in [
            ("clock", [3.0, 6.0]),
            ("registers", [160.0, 320.0]),
            ("product", [100.0, 200.0]),
            ("forward", [80.0, 160.0]),
            ("gradient", [80.0, 160.0]),
        ] {
            record
                .peaks
                .extend(zip(["1", "2"], rates).map(|(threads, rate)| (format!("{name}-{threads}"), vec![rate])));
        }
        record.peaks.extend(["output-1", "output-2"].map(|key| (key.to_owned(), vec![20.0, 1.0, 30.0])));
        record
    }

    fn cell(table: &Findings, row: &str, column: &str) -> Option<f64> {
        match table.rows.iter().find(|other| other.key == row)?.cells.get(column)? {
            Cell::Number(number) => Some(*number),
            Cell::Summary(_) | Cell::Text(_) => None,
        }
    }

    #[test]
    fn the_tables_hold_ratios_and_the_time_to_an_accuracy() {
        let tables = tables(&record());
        assert!(tables.values().all(|table| table.check().is_ok()));
        let (steps, same) = (&tables["steps"], &tables["same-work"]);
        assert_eq!(cell(steps, "loops-over-numpy-arrays", "ratio"), Some(1724.5));
        assert_eq!(cell(steps, "minibatch", "to-97"), Some(0.6));
        assert_eq!(cell(steps, "vectorized", "to-97"), None);
        assert_eq!(cell(same, "pytorch-1", "ratio"), Some(1.5));
        assert_eq!(cell(same, "pytorch-1", "rest"), Some(3.5));
        assert_eq!(cell(same, "pytorch-1", "to-98"), None);
        assert_eq!(cell(same, "minibatch-1", "to-98"), Some(3.0));
    }

    #[test]
    fn products_take_the_time_that_their_rates_say() {
        let machine = &tables(&record())["machine"];
        assert_eq!(cell(machine, "forward", "part-1"), Some(0.5));
        // 57.6 GFLOP in 2 * 28.26 / 160 + 3 * 0.36 / 20 seconds.
        assert_eq!(cell(machine, "products", "rate-2"), Some(141.436));
    }

    #[test]
    fn the_ceiling_is_computed_and_measured() {
        let machine = &tables(&record())["machine"];
        // 16 lanes, two operations, two units and 3 or 6 GHz, as 160 GFLOP/s are more than one unit does.
        assert_eq!(["rate-1", "rate-2"].map(|column| cell(machine, "computed", column)), [Some(192.0), Some(384.0)]);
        assert_eq!(cell(machine, "registers", "part-1"), Some(1.0));
        assert_eq!(cell(machine, "product", "part-2"), Some(0.625));
        // PyTorch has no run with two threads.
        assert_eq!(["rate-1", "rate-2"].map(|column| cell(machine, "pytorch", column)), [Some(38.4), None]);
    }

    #[test]
    fn the_kernels_are_told_of_those_that_were_measured() {
        let mut record = record();
        let kernel = Kernel { library: "L 1.0".to_owned(), vector: "AVX2".to_owned() };
        record.processor.kernels.insert("pytorch".to_owned(), kernel);
        let table = &tables(&record)["processor"];
        assert!(table.check().is_ok());
        let keys: Vec<&str> = table.rows.iter().map(|row| row.key.as_str()).collect();
        assert_eq!(keys, ["name", "lanes", "clock", "units", "pytorch"]);
        assert_eq!(table.rows[3].cells["what"], Cell::from("2"));
        assert_eq!(table.rows[4].cells["vector"], Cell::from("AVX2"));
        assert!(tables(&Record::default())["processor"].rows.is_empty());
    }

    #[test]
    fn a_number_has_the_digits_that_count() {
        assert_eq!([0.4249, 13.14, 718.4, 3449.2, 12_005.0].map(digits), ["0.42", "13.1", "718", "3,449", "12,005"]);
    }
}
