//! A copy of the repository, to run xtask on.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// A copy of what `regen` reads and writes.
pub struct Copy(TempDir);

impl Copy {
    pub fn new() -> Self {
        let copy = Self(TempDir::new().unwrap());
        for folder in ["openapi", "trackstar-api/src"] {
            std::fs::create_dir_all(copy.path(folder)).unwrap();
        }
        for entry in std::fs::read_dir(repository().join("openapi")).unwrap() {
            let name = format!("openapi/{}", entry.unwrap().file_name().to_str().unwrap());
            copy.take(&name);
        }
        for name in [
            "CHANGELOG.md",
            "trackstar-api/Cargo.toml",
            "trackstar-api/openapi-3.0.json",
            "trackstar-api/src/generated.rs",
        ] {
            copy.take(name);
        }
        copy
    }

    pub fn take(&self, name: &str) {
        std::fs::copy(repository().join(name), self.path(name)).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub fn change(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} has no {from:?}");
        self.write(name, &text.replacen(from, to, 1));
    }

    pub fn xtask(&self, arguments: &[&str]) -> Run {
        xtask(self.0.path(), arguments)
    }

    /// The same with variables of the environment.
    pub fn xtask_with(&self, arguments: &[&str], variables: &[(&str, &Path)]) -> Run {
        let mut command = command(self.0.path(), arguments);
        Run(command.envs(variables.iter().copied()).output().unwrap())
    }
}

/// Copies a file or a folder, less what is built.
pub fn copy_all(from: &Path, to: &Path) {
    if from.is_dir() {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let name = entry.unwrap().file_name();
            if name != "target" {
                copy_all(&from.join(&name), &to.join(&name));
            }
        }
    } else {
        std::fs::copy(from, to).unwrap();
    }
}

/// Runs xtask on a repository, and in its folder. What `regen` writes is not compiled there: a copy has no workspace.
pub fn xtask(root: &Path, arguments: &[&str]) -> Run {
    let mut command = command(root, arguments);
    if arguments.first() == Some(&"regen") {
        command.arg("--no-verify");
    }
    Run(command.output().unwrap())
}

fn command(root: &Path, arguments: &[&str]) -> Command {
    let mut command = without_hooks(Command::new(env!("CARGO_BIN_EXE_xtask")));
    command.arg("--root").arg(root).args(arguments);
    command.current_dir(root);
    command
}

/// A hook of git, which may run these tests, sets variables for another repository.
pub fn without_hooks(mut command: Command) -> Command {
    for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    command
}

pub struct Run(Output);

impl Run {
    /// The output of a run that succeeded.
    pub fn succeeded(self) -> String {
        assert_eq!(self.code(), 0, "{}", self.stderr());
        String::from_utf8(self.0.stdout).unwrap()
    }

    pub fn code(&self) -> i32 {
        self.0.status.code().unwrap()
    }

    pub fn stdout(&self) -> &str {
        std::str::from_utf8(&self.0.stdout).unwrap()
    }

    pub fn stderr(&self) -> &str {
        std::str::from_utf8(&self.0.stderr).unwrap()
    }
}
