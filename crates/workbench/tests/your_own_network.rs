//! The example of a network that is no step: it has the whole command line.

use std::{
    env,
    process::{Command, Output},
};

/// Runs the example, which Cargo has built beside this test: in target / profile / examples.
fn run(arguments: &[&str]) -> Output {
    let test = env::current_exe().expect("the test is a file");
    let folder = test.ancestors().nth(2).expect("the folder of the profile").join("examples");
    let program = folder.join("your_own_network").with_extension(env::consts::EXE_EXTENSION);
    Command::new(&program).args(arguments).output().unwrap_or_else(|error| panic!("{}: {error}", program.display()))
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn it_learns_is_tuned_and_is_saved_and_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("own.safetensors");
    let model = model.to_str().unwrap();
    let learned = text(&run(&["--iterations", "3", "--save", model]));
    assert!(learned.contains("iteration 3/3") && learned.contains("macro avg"), "{learned}");
    let further = text(&run(&["--iterations", "1", "--load", model]));
    let error =
        |text: &str| text.lines().find_map(|line| line.split_once("  error ")).map(|(_, rest)| rest[..4].to_owned());
    assert!(error(&further) < error(&learned), "{learned}\n{further}");
    assert!(text(&run(&["tune", "--learning-rate", "0.001,0.002", "--folds", "2"])).contains("best: --learning-rate"));
}
