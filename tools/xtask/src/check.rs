//! What does not agree: records, numbers in texts, and the rules of the series.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use records::{Pending, Record, STEPS};

use crate::{
    bench, declared,
    error::{Error, read},
    experiments,
    finding::{Fault, Finding},
    pending,
    quotes::{means, printed, prose_and_blocks, quotable, unfounded},
    record, rules, runs,
    table::{self, BLOCKS, Block, README},
    tasks::{sources, tasks},
};

/// The chapters that quote what others have measured.
const OF_OTHERS: [&str; 2] = ["bibliography.md", "history.md"];

/// Print all that does not agree. The exit code tells whether there is something.
pub fn check(root: &Path) -> Result<ExitCode, Error> {
    let (mut findings, list) = (Vec::new(), pending::load(root)?);
    let records = records(root, &list, &mut findings)?;
    findings.extend(runs::check(root, &records, &list)?);
    findings.extend(experiments::check(root, &list)?);
    findings.extend(bench(root, &list)?);
    findings.extend(pending::unknown(&list, &known(root)?));
    findings.extend(strays(root)?);
    findings.extend(readme(root, &records)?);
    findings.extend(headers(root, &records)?);
    findings.extend(chapters(root)?);
    findings.extend(rules::check(root)?);
    for finding in &findings {
        println!("{finding}");
    }
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The records that there are, and what is wrong with them.
fn records(root: &Path, list: &Pending, findings: &mut Vec<Finding>) -> Result<Vec<Record>, Error> {
    let mut records = Vec::new();
    for task in tasks() {
        let fault = match record::load(root, &task) {
            Ok(Some(found)) => {
                let fault = record::fault(&found, &record::subject(root, &task)?, &task.seeds());
                records.push(found);
                fault
            }
            Ok(None) => Some(Fault::stale("step", "the record is missing")),
            Err(Error::Content { problem, .. }) => Some(Fault::stale("step", problem)),
            Err(error) => return Err(error),
        };
        let repair = format!("run `cargo xtask results --only {} --dataset {}`", task.step.name, task.data.name());
        findings.extend(pending::finding(list, root, &task.path(), fault, &repair));
    }
    Ok(records)
}

/// What is wrong with the record of the benchmark: if it is being made anew, that it is not stale any more.
fn bench(root: &Path, list: &Pending) -> Result<Vec<Finding>, Error> {
    let (found, path) = (bench::check(root)?, Path::new(bench::RECORD));
    Ok(match pending::line(list, path) {
        None => found,
        Some(_) if found.is_empty() => Vec::from_iter(pending::finding(list, root, path, None, "")),
        Some(_) => Vec::new(),
    })
}

/// The files of all records that there should be.
fn known(root: &Path) -> Result<BTreeSet<PathBuf>, Error> {
    let steps = tasks().into_iter().map(|task| task.path());
    let experiments = declared::experiments(root)?;
    let experiments = experiments.iter().map(experiments::path);
    Ok(steps.chain(experiments).chain(runs::origins()).chain([bench::RECORD.into()]).collect())
}

/// The files among the records that are none.
fn strays(root: &Path) -> Result<Vec<Finding>, Error> {
    let known = known(root)?;
    let folders: BTreeSet<&Path> = known.iter().filter_map(|path| path.parent()).collect();
    let is_known = |path: &Path| {
        // The text of a run stands beside the record that says where it comes from.
        path == Path::new(Pending::PATH) || known.contains(path) || known.contains(&path.with_extension("json"))
    };
    let mut strays = Vec::new();
    for folder in folders.iter().filter(|folder| root.join(folder).exists()) {
        let unreadable = || Error::file(folder, "read");
        for entry in fs::read_dir(root.join(folder)).map_err(unreadable())? {
            let path = folder.join(entry.map_err(unreadable())?.file_name());
            if !is_known(&path) && !folders.contains(path.as_path()) {
                let problem = "the file is the record of no step and of no experiment".to_owned();
                strays.push(Finding { path, line: 1, problem, repair: "delete it".to_owned() });
            }
        }
    }
    Ok(strays)
}

/// What the README has other than the records: its table, or a percentage in its text.
fn readme(root: &Path, records: &[Record]) -> Result<Vec<Finding>, Error> {
    let path = Path::new(README);
    if !root.join(path).exists() {
        let repair = "write it, with the table of results".to_owned();
        return Ok(vec![Finding { path: path.into(), line: 1, problem: "the file is missing".to_owned(), repair }]);
    }
    let text = read(&root.join(path))?;
    let mut findings = Vec::new();
    let mut find = |line, problem: &str| {
        let repair = "run `cargo xtask readme`".to_owned();
        findings.push(Finding { path: path.into(), line, problem: problem.to_owned(), repair });
    };
    for Block { name, text: table } in BLOCKS {
        match table::first_difference(&text, name, &table(root)?) {
            Ok(None) => {}
            Ok(Some(line)) => find(line, &format!("the table “{name}” differs from the records")),
            Err(problem) => find(1, &problem),
        }
    }
    let (prose, blocks) = prose_and_blocks(&text);
    let mut accuracies = quotable(records);
    accuracies.extend(bench::load(root).ok().flatten().iter().flat_map(bench::accuracies));
    findings.extend(unfounded(&prose, &accuracies).into_iter().map(unfounded_in(path)));
    accuracies.extend(printed(records));
    findings.extend(unfounded(&blocks, &accuracies).into_iter().map(unfounded_in(path)));
    Ok(findings)
}

/// The percentages in the headers of the steps that are no mean of the step or the one before it.
fn headers(root: &Path, records: &[Record]) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for (index, step) in STEPS.iter().enumerate() {
        let path = sources(step).join("lib.rs");
        let text = read(&root.join(&path))?;
        let header: Vec<&str> = text.lines().take_while(|line| line.starts_with("//!")).collect();
        let of_these = |record: &&Record| {
            STEPS[index.saturating_sub(1)..=index].iter().any(|step| step.name == record.subject.step)
        };
        let accuracies = means(records.iter().filter(of_these));
        findings.extend(unfounded(&header.join("\n"), &accuracies).into_iter().map(unfounded_in(&path)));
    }
    Ok(findings)
}

/// The percentages that are typed into the book. Its measurements are put in by directives, which cannot err; only some
/// chapters have those of others.
fn chapters(root: &Path) -> Result<Vec<Finding>, Error> {
    let folder = Path::new("book/src");
    let unreadable = || Error::file(folder, "read");
    let mut findings = Vec::new();
    for entry in fs::read_dir(root.join(folder)).map_err(unreadable())? {
        let path = folder.join(entry.map_err(unreadable())?.file_name());
        let is_of_others = OF_OTHERS.iter().any(|chapter| path.ends_with(chapter));
        if path.extension().is_none_or(|extension| extension != "md") || is_of_others {
            continue;
        }
        let text = read(&root.join(&path))?;
        findings.extend(unfounded(&text, &[]).into_iter().map(|(line, number)| Finding {
            path: path.clone(),
            line,
            problem: format!("{number} % is typed by hand"),
            repair: "have it put in from its record, by {{#value RECORD FIELD}}".to_owned(),
        }));
    }
    Ok(findings)
}

/// For `map`: the finding that a percentage at a line of the file at `path` is in no record.
fn unfounded_in(path: &Path) -> impl Fn((usize, &str)) -> Finding {
    |(line, number)| Finding {
        path: path.to_owned(),
        line,
        problem: format!("{number} % is in no record"),
        repair: "quote a mean from book/results, or leave the decimals out".to_owned(),
    }
}
