//! Tests of the exercises as they are published: none is solved by mistake, and each says that it is meant to fail.
//! They belong to a clean checkout, and fail once you have solved an exercise.

use std::{collections::BTreeSet, fs};

use exercises::{
    course::{exercises, root},
    runner::{Outcome, check},
};

#[test]
fn every_exercise_fails_and_says_that_it_is_meant_to() {
    let exercises = exercises().expect("a list of exercises");
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
fn every_solution_is_that_of_an_exercise() {
    let solutions = fs::read_dir(root().join("exercises/solutions")).expect("a folder");
    let names = solutions.map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned());
    let sources: BTreeSet<String> = names.filter(|name| name.ends_with(".rs")).collect();
    let exercises = exercises().expect("a list of exercises");
    let own = ["build.rs", "lib.rs"].map(str::to_owned);
    let expected = exercises.iter().map(|exercise| format!("{}.rs", exercise.name)).chain(own).collect();
    assert_eq!(sources, expected);
}
