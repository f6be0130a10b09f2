//! A recorded run on the terminal.

use std::path::Path;

use crate::{Outcome, html::escape, meant, read};

/// Iterations that are shown at the beginning, and at the end.
const SHOWN: usize = 3;

/// The recorded run of a step: the command, then what it printed.
pub fn run(root: &Path, step: &str) -> Outcome {
    if series::step(step).is_none() {
        return Err(format!("{step} is no step: {}", meant(step, series::STEPS.iter().map(|step| step.name))));
    }
    let path = format!("book/results/runs/{step}.txt");
    let text = read(root, &path).map_err(|problem| format!("{problem}; `cargo xtask results` records it"))?;
    let (command, output) = text.split_once('\n').unwrap_or((&text, ""));
    let command = command.strip_prefix("$ ").ok_or_else(|| format!("{path} does not begin with a command"))?;
    let output = escape(&shortened(output)).replace('\n', "&#10;");
    Ok(crate::html::block(&format!(
        "<pre class=\"run\"><code class=\"nohighlight\"><strong>$ {}</strong>&#10;{output}</code></pre>",
        escape(command)
    )))
}

/// `output` without the iterations in the middle.
fn shortened(output: &str) -> String {
    let is_iteration = |line: &&str| line.starts_with("iteration ");
    let iterations = output.lines().filter(is_iteration).count();
    let (mut shortened, mut iteration) = (String::new(), 0);
    for line in output.trim_end().lines() {
        if is_iteration(&line) {
            iteration += 1;
            if iteration > SHOWN && iteration + SHOWN <= iterations {
                if iteration == SHOWN + 1 {
                    shortened += "⋮\n";
                }
                continue;
            }
        }
        shortened += line.trim_end();
        shortened.push('\n');
    }
    shortened
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_a_run_is_left_out() {
        let lines = |numbers: &[u8]| numbers.iter().map(|number| format!("iteration {number}\n")).collect::<String>();
        let long = lines(&[1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(shortened(&format!("a\n{long}b")), format!("a\n{}⋮\n{}b\n", lines(&[1, 2, 3]), lines(&[6, 7, 8])));
        assert_eq!(shortened(&lines(&[1, 2, 3, 4, 5, 6])), lines(&[1, 2, 3, 4, 5, 6]));
    }
}
