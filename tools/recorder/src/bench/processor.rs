//! The processor, and the kernels that multiplied matrices on it: on another one, a library takes other kernels.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use experiments::ceiling::LANES;
use serde::{Deserialize, Serialize};

use super::{
    Command,
    contenders::{Contender, Kind},
    process, skip,
};
use xtask::Error;

/// A processor and the kernels that it gets.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Processor {
    /// The vector instructions that it has.
    pub vector: Vec<String>,
    /// Numbers in single precision that one instruction takes in this build.
    pub lanes: usize,
    /// By the names of the contenders.
    pub kernels: BTreeMap<String, Kernel>,
}

/// A kernel of matrix products.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Kernel {
    /// The library that it belongs to.
    #[serde(rename = "kernel")]
    pub library: String,
    /// The vector instructions that the library takes for this processor.
    pub vector: String,
}

impl Processor {
    /// Returns the one at hand, with the kernels of the `contenders`.
    pub fn here(root: &Path, contenders: &[&Contender], skipped: &mut BTreeMap<String, String>) -> Result<Self, Error> {
        let vector = vector();
        let (mut kernels, mut scripts) = (BTreeMap::new(), BTreeSet::new());
        for one in contenders {
            let library = match one.kind {
                Kind::Ours => "matrixmultiply",
                Kind::Package(_) => "gemm",
                Kind::Step { .. } => continue,
                Kind::Script(_) => {
                    scripts.insert(one.name);
                    continue;
                }
            };
            let kernel = Kernel { library: library.to_owned(), vector: taken(&vector).to_owned() };
            kernels.insert(one.name.to_owned(), kernel);
        }
        if !scripts.is_empty() {
            match of_scripts(root, &scripts)? {
                Ok(others) => kernels.extend(others),
                Err(problem) => skip(skipped, "kernels.py", &problem),
            }
        }
        Ok(Self { vector: vector.into_iter().map(str::to_owned).collect(), lanes: LANES, kernels })
    }
}

/// Returns what `bench/python/kernels.py` tells of those in Python, or why it cannot.
fn of_scripts(root: &Path, names: &BTreeSet<&str>) -> Result<Result<BTreeMap<String, Kernel>, String>, Error> {
    let mut command = Command::new(process::python());
    command.arg(root.join("bench/python/kernels.py")).args(names);
    let told = |output: String| serde_json::from_str(&output).map_err(|error| error.to_string());
    Ok(process::output(command, 1)?.and_then(told))
}

/// Returns the instructions that matrixmultiply and gemm take if the processor has these: both ask it, and take the
/// widest.
fn taken(vector: &[&str]) -> &'static str {
    let has = |name| vector.contains(&name);
    if has("avx512f") {
        "AVX-512"
    } else if has("avx2") && has("fma") {
        "AVX2 and FMA"
    } else if has("avx") {
        "AVX"
    } else if has("neon") {
        "NEON"
    } else {
        "none"
    }
}

/// Returns those vector instructions of the processor that have a bearing on products in single precision.
#[cfg(target_arch = "x86_64")]
fn vector() -> Vec<&'static str> {
    macro_rules! those_of {
        ($($name:tt)*) => { [$(($name, is_x86_feature_detected!($name))),*] };
    }
    present(&those_of!("sse4.2" "avx" "avx2" "fma" "avx512f" "avx512vl" "avx512bf16" "avx512fp16"))
}

/// Returns those vector instructions of the processor that have a bearing on products in single precision.
#[cfg(target_arch = "aarch64")]
fn vector() -> Vec<&'static str> {
    use std::arch::is_aarch64_feature_detected as detected;
    present(&[("neon", detected!("neon")), ("sve", detected!("sve")), ("bf16", detected!("bf16"))])
}

/// Returns nothing: of other processors, none are known.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn vector() -> Vec<&'static str> {
    Vec::new()
}

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn present(all: &[(&'static str, bool)]) -> Vec<&'static str> {
    all.iter().filter(|(_, present)| *present).map(|(name, _)| *name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_instructions_are_taken() {
        let taken_of = |vector: &[&str]| taken(vector);
        assert_eq!(taken_of(&["avx", "avx2", "fma", "avx512f"]), "AVX-512");
        assert_eq!(taken_of(&["avx", "avx2", "fma"]), "AVX2 and FMA");
        assert_eq!(taken_of(&["avx"]), "AVX");
        assert_eq!(taken_of(&["neon"]), "NEON");
        assert_eq!(taken_of(&[]), "none");
    }

    #[test]
    fn this_build_uses_instructions_that_the_processor_has() {
        let wide = LANES == 16;
        assert!(!wide || vector().contains(&"avx512f"), "{:?}", vector());
    }

    #[test]
    fn what_the_script_tells_is_read() {
        let told = r#"{"pytorch": {"kernel": "oneMKL 2024.0 Update 2", "vector": "AVX-512"}}"#;
        let kernels: BTreeMap<String, Kernel> = serde_json::from_str(told).unwrap();
        assert_eq!(kernels["pytorch"].library, "oneMKL 2024.0 Update 2");
    }
}
