//! The same seed gives the same network on every system: to the last bit, in the steps in double precision.
//!
//! The values below are those of any system. If one of them changes, the lesson has changed, and every record with it:
//! set them anew with `cargo test -p tests --test same_bits -- --nocapture`.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::LazyLock,
};

use bits::STEPS;
use tempfile::TempDir;

const SEEDS: u64 = 3;
/// The first 64 bits of the SHA-256 for each step and the seeds 1, 2, 3.
const COMMITTED: [[&str; SEEDS as usize]; STEPS.len()] = [
    ["782050da9a635a89", "97bc08e0b9057efc", "56db84a582d9127d"], // naive-loops
    ["782050da9a635a89", "97bc08e0b9057efc", "56db84a582d9127d"], // vectorized
    ["9dbf2b4806ebedbe", "24ad621acc94e690", "6da87d0052088ac0"], // tanh-softmax
    ["264a802278d44599", "8e1d1cec6e973a45", "3e1c20c8527751a5"], // init-shuffle
    ["65851c1b6a82500c", "b344dd9109a61612", "6ea08f09237d58a1"], // regularized
    ["08acd4268a9954ec", "6782f731e61027b9", "56448d5b94b74fd4"], // momentum
];

/// The values found here, a line each, in the order of [`COMMITTED`].
static FOUND: LazyLock<Vec<String>> = LazyLock::new(|| {
    let all = (0..STEPS.len()).flat_map(|step| (1..=SEEDS).map(move |seed| (step, seed)));
    all.map(|(step, seed)| format!("{:016x}", bits::bits(step, seed))).collect()
});

#[track_caller]
fn assert_committed(found: &[String]) {
    for ((step, _), found) in STEPS.iter().zip(found.chunks(SEEDS as usize)) {
        println!("{found:?}, // {step}");
    }
    assert_eq!(found, COMMITTED.concat());
}

#[test]
fn a_seed_gives_the_committed_weights() {
    assert_committed(&FOUND);
}

/// The system's exp, tanh and log are moved by one last bit, in a process that computes the same, and in one that shows
/// that they are.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs a C compiler"]
fn the_library_of_the_system_has_no_say() {
    let folder = TempDir::new().expect("a temporary folder");
    let library = folder.path().join("other_libm.so");
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source("other_libm.c")).args(["-ldl", "-lm"]);
    output(&mut compiler);
    let under_another = |test| {
        let mut again = Command::new(env::current_exe().expect("this test"));
        again.args(["--exact", test, "--include-ignored", "--nocapture"]).env("LD_PRELOAD", &library);
        again.output().expect("this test runs again")
    };
    let moved = under_another("the_exp_of_the_system");
    assert!(!moved.status.success(), "the library was not moved, and nothing is shown");
    let same = under_another("a_seed_gives_the_committed_weights");
    assert!(same.status.success(), "{}", String::from_utf8_lossy(&same.stdout));
}

/// Fails where the system's exp is another: only to be run by the test above.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "is run by the_library_of_the_system_has_no_say"]
fn the_exp_of_the_system() {
    let x: f64 = std::hint::black_box(1.0);
    assert_eq!(x.exp(), std::f64::consts::E);
}

/// The same code as WebAssembly. Set WASM_TOOLCHAIN to the name of a toolchain that has the target, if it is not the
/// usual one.
#[test]
#[ignore = "needs the target wasm32-unknown-unknown and node"]
fn webassembly_gives_the_committed_weights() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wasm");
    let mut build = Command::new("cargo");
    if let Some(toolchain) = env::var_os("WASM_TOOLCHAIN") {
        build.env("RUSTUP_TOOLCHAIN", toolchain);
    }
    // As the tests are built with another toolchain, what Cargo tells them of it must not reach this one.
    for (variable, _) in env::vars_os() {
        if variable.to_str().is_some_and(|name| name.starts_with("CARGO") && name != "CARGO_HOME" || name == "RUSTC") {
            build.env_remove(variable);
        }
    }
    build.args(["build", "--quiet", "--locked", "--release", "--package", "bits"]);
    build.args(["--target", "wasm32-unknown-unknown", "--target-dir"]).arg(&target);
    output(build.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/..")));
    let module = target.join("wasm32-unknown-unknown/release/bits.wasm");
    let mut node = Command::new("node");
    node.arg(source("run.mjs")).arg(module).args([STEPS.len().to_string(), SEEDS.to_string()]);
    let lines = String::from_utf8(output(&mut node).stdout).expect("text");
    assert_committed(&Vec::from_iter(lines.lines().map(str::to_owned)));
}

fn source(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "bits", name].iter().collect()
}

#[track_caller]
fn output(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}
