//! A recorded run on the terminal.

use crate::{
    Outcome,
    html::{block, escape},
    meant,
    record::Records,
};

/// Iterations that are shown at the beginning, and at the end.
const SHOWN: usize = 3;

/// The recorded run of a step: the command, then what it printed.
pub fn run(records: &Records, step: &str) -> Outcome {
    if records::step(step).is_none() {
        return Err(format!("{step} is no step: {}", meant(step, records::STEPS.iter().map(|step| step.name))));
    }
    let text = records.text(&format!("runs/{step}"), "txt", "`cargo xtask results` records it")?;
    let (command, output) = text.split_once('\n').unwrap_or((&text, ""));
    let command =
        command.strip_prefix("$ ").ok_or_else(|| format!("the run of {step} does not begin with a command"))?;
    let [before, middle, after] = parts(output);
    let pre = |text: &str| format!("<pre><code class=\"nohighlight\">{}</code></pre>", lines(text));
    let first = format!("<strong>$ {}</strong>&#10;{}", escape(command), lines(&before));
    let first = format!("<pre><code class=\"nohighlight\">{first}</code></pre>");
    let folded = match middle.lines().count() {
        0 => String::new(),
        count => format!("<details><summary>{count} more iterations</summary>{}</details>", pre(&middle)),
    };
    let rest = if after.is_empty() { String::new() } else { pre(&after) };
    Ok(block(&format!("<div class=\"run\">{first}{folded}{rest}</div>")))
}

/// Lines of text as HTML in one line.
fn lines(text: &str) -> String {
    escape(text).replace('\n', "&#10;")
}

/// `output` before, in, and after the iterations in the middle.
fn parts(output: &str) -> [String; 3] {
    let is_iteration = |line: &&str| line.starts_with("iteration ");
    let iterations = output.lines().filter(is_iteration).count();
    let (mut parts, mut iteration) = ([String::new(), String::new(), String::new()], 0);
    for line in output.trim_end().lines() {
        iteration += usize::from(is_iteration(&line));
        let part = match iteration {
            _ if iterations <= 2 * SHOWN => 0,
            ..=SHOWN => 0,
            _ if iteration + SHOWN <= iterations => 1,
            _ => 2,
        };
        parts[part] += line.trim_end();
        parts[part].push('\n');
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_a_run_is_folded() {
        let lines = |numbers: &[u8]| numbers.iter().map(|number| format!("iteration {number}\n")).collect::<String>();
        let long = lines(&[1, 2, 3, 4, 5, 6, 7, 8]);
        let expected = [format!("a\n{}", lines(&[1, 2, 3])), lines(&[4, 5]), format!("{}b\n", lines(&[6, 7, 8]))];
        assert_eq!(parts(&format!("a\n{long}b")), expected);
        let short = lines(&[1, 2, 3, 4, 5, 6]);
        assert_eq!(parts(&short), [short.clone(), String::new(), String::new()]);
    }

    #[test]
    fn a_recorded_run_begins_with_its_command() {
        let iterations: String = (1..=8).map(|number| format!("iteration {number}\n")).collect();
        let text = format!("$ cargo run -p regularized\nstep regularized\n{iterations}");
        let folder =
            crate::tests::workspace(&[("runs/regularized.txt", &text), ("runs/momentum.txt", "step momentum\n")]);
        let records = Records::open(folder.path()).unwrap();
        let html = run(&records, "regularized").unwrap();
        assert!(html.contains("<strong>$ cargo run -p regularized</strong>&#10;step "), "{html}");
        assert!(html.contains("more iterations</summary>") && html.trim().lines().count() == 1, "{html}");
        assert!(run(&records, "momentum").unwrap_err().contains("does not begin with a command"));
        assert!(run(&records, "regularised").unwrap_err().contains("there are regularized, "));
    }
}
