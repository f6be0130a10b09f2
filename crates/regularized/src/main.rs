//! The command line of this step: `--help` shows what it can do.

workbench::program!(regularized::Network);
