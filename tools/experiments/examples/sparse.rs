//! The network that multiplies only the pixels with ink, as a program with the command line of a step:
//! `cargo run -p experiments --example sparse -- --dataset mnist --hidden 300 --iterations 3`.

workbench::program!(experiments::sparse::Network);
