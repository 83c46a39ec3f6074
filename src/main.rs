use clap::Parser;

use sihe::command::Command;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    match Command::parse().run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("sihe: {message}");
            std::process::ExitCode::FAILURE
        }
    }
}
