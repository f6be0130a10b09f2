//! Tests of the exercises as they are published: none is solved by mistake, and each says that it is meant to fail.
//! They belong to a clean checkout, and fail once you have solved an exercise.

use std::{collections::BTreeSet, fs, path::Path};

use exercises::{
    course::{Exercise, exercises, root},
    runner::{Outcome, check},
};

#[test]
fn every_exercise_fails_and_says_that_it_is_meant_to() {
    let exercises: Vec<Exercise> = exercises().collect();
    let outcomes = check(&exercises, false).expect("the exercises build");
    for (exercise, outcome) in exercises.iter().zip(outcomes) {
        let path = exercise.path();
        assert!(
            matches!(outcome, Outcome::NotYet(_)),
            "{path}: it should fail, and say that it is meant to, but this is the outcome: {outcome:?}\n\
             If you have solved it, `git stash` puts your work aside for this test.",
            path = path.display()
        );
    }
}

#[test]
fn every_exercise_has_its_files_and_its_target() {
    let crate_folder = root().join("crates/exercises");
    let files = |folder: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(crate_folder.join(folder)).expect("a folder");
        entries.map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned()).collect()
    };
    let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    let main = ["main.rs".to_owned()];
    assert_eq!(files("src"), exercises().map(|exercise| name(&exercise.path())).collect());
    assert_eq!(files("solutions"), exercises().map(|exercise| name(&exercise.solution())).chain(main).collect());
    let manifest = fs::read_to_string(crate_folder.join("Cargo.toml")).expect("a manifest");
    let targets = exercises().map(|exercise| {
        let file = name(&exercise.path());
        let name = exercise.name;
        format!("\n[[test]]\nname = \"{name}\"\npath = \"src/{file}\"\nrequired-features = [\"unsolved\"]\n")
    });
    let targets: String = targets.collect();
    assert!(manifest.ends_with(&targets), "Cargo.toml should end with the exercises in their order:\n{targets}");
}
