//! The `vesica` command.

fn main() -> std::process::ExitCode {
    vesica::cli::main(std::env::args_os())
}
