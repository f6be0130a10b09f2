//! The list of exercises: the files in `tests`, in the order of their numbers.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The folder of the exercises, from that of the workspace.
const EXERCISES: &str = "exercises/tests";
/// The folder of the solutions, from that of the workspace.
const SOLUTIONS: &str = "exercises/solutions";

/// An exercise.
#[derive(Clone, Debug, PartialEq)]
pub struct Exercise {
    /// Its number, from 1.
    pub number: usize,
    /// Its name.
    pub name: String,
}

/// Returns all exercises, in order.
///
/// # Errors
///
/// If their folder cannot be read.
pub fn exercises() -> io::Result<Vec<Exercise>> {
    let mut exercises = Vec::new();
    for entry in fs::read_dir(root().join(EXERCISES))? {
        let file = entry?.file_name();
        let stem = file.to_str().and_then(|name| name.strip_suffix(".rs"));
        let Some((number, name)) = stem.and_then(|stem| stem.split_once('_')) else { continue };
        // Other files may lie there, such as those that an editor leaves behind.
        let Ok(number) = number.parse() else { continue };
        exercises.push(Exercise { number, name: name.to_owned() });
    }
    exercises.sort_by_key(|exercise| exercise.number);
    Ok(exercises)
}

/// Returns the one of `exercises` with this name or this number.
pub fn find(exercises: Vec<Exercise>, name_or_number: &str) -> Option<Exercise> {
    let number = name_or_number.parse().ok();
    exercises.into_iter().find(|exercise| exercise.name == name_or_number || Some(exercise.number) == number)
}

impl Exercise {
    /// Returns the name of its test target, which is that of its file.
    pub fn target(&self) -> String {
        format!("{:02}_{}", self.number, self.name)
    }

    /// Returns the file that the reader edits, from the folder of the workspace.
    pub fn path(&self) -> PathBuf {
        Path::new(EXERCISES).join(self.target()).with_extension("rs")
    }

    /// Returns the file with the solution, from the folder of the workspace.
    pub fn solution(&self) -> PathBuf {
        Path::new(SOLUTIONS).join(&self.name).with_extension("rs")
    }
}

/// Returns the folder of the workspace.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exercise_is_found_by_its_name_and_by_its_number() {
        let softmax = Some(Exercise { number: 8, name: "softmax".to_owned() });
        let find = |text| find(exercises().unwrap(), text);
        assert_eq!(["softmax", "8", "0", "99", "nothing"].map(find), [softmax.clone(), softmax, None, None, None]);
    }

    #[test]
    fn numbers_are_complete() {
        let numbers = Vec::from_iter(exercises().unwrap().iter().map(|exercise| exercise.number));
        assert_eq!(numbers, Vec::from_iter(1..=numbers.len()));
    }
}
