//! Files that change together: a run that is stopped at any point leaves all of them old or all of them
//! new, and of two runs at once the second stops.
//!
//! New files are written aside first. A journal then says where they belong, and from that moment they
//! count; putting them in place is all that is left. A run that was stopped before the journal stood has
//! changed nothing; one that was stopped after it is finished by the next run.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use fs4::{FileExt, TryLockError};

use crate::problem::Problem;

/// The folder of what is on its way.
pub const FOLDER: &str = ".regen";
const LOCK: &str = "lock";
const JOURNAL: &str = "journal.json";

/// The right to change files. The system takes it back when the process ends, however it ends.
#[derive(Debug)]
pub struct Together {
    /// What the paths of files start from.
    base: PathBuf,
    folder: PathBuf,
    _lock: File,
}

/// Stops at a step, in tests.
type Step<'a> = dyn FnMut(&'static str) -> io::Result<()> + 'a;

impl Together {
    /// Takes the right to change files below `base`, and finishes what a stopped run has left. `holder` is a
    /// folder there, on the same disk, in which new files are kept until they are in place.
    pub fn begin(base: &Path, holder: &Path) -> Result<Self, Problem> {
        let folder = holder.join(FOLDER);
        fs::create_dir_all(&folder).map_err(|cause| Problem::io(&folder, "made", cause))?;
        let path = folder.join(LOCK);
        let failed = |cause| Problem::io(&path, "locked", cause);
        let lock = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(failed)?;
        match FileExt::try_lock(&lock) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(
                    Problem::new("another `cargo xtask` is changing these files")
                        .in_file(path.display().to_string())
                        .remedy("wait until it is done, then run this again; nothing was changed"),
                );
            }
            Err(TryLockError::Error(cause)) => return Err(failed(cause)),
        }
        let together = Self {
            base: base.to_owned(),
            folder,
            _lock: lock,
        };
        together.finish()?;
        Ok(together)
    }

    /// Replaces files by their paths below the base. Those that are as they should be are not touched.
    pub fn write(&self, files: &[(&str, &str)]) -> Result<(), Problem> {
        self.write_by_steps(files, &mut |_| Ok(()))
    }

    fn write_by_steps(&self, files: &[(&str, &str)], step: &mut Step<'_>) -> Result<(), Problem> {
        let changed = files.iter().filter(|(path, text)| {
            fs::read(self.base.join(path)).map_or(true, |present| present != text.as_bytes())
        });
        let mut journal = Vec::new();
        for (index, (path, text)) in changed.enumerate() {
            let name = format!("new-{index}");
            let aside = self.folder.join(&name);
            let mut write = || {
                step("before a file is written aside")?;
                write_whole(&aside, text)?;
                step("after a file is written aside")
            };
            write().map_err(|cause| Problem::io(&self.base.join(path), "written", cause))?;
            journal.push((name, (*path).to_owned()));
        }
        if journal.is_empty() {
            return Ok(());
        }
        let mut write = || {
            let aside = self.folder.join("journal.new");
            write_whole(&aside, &serde_json::to_string(&journal)?)?;
            step("before the journal stands")?;
            fs::rename(&aside, self.folder.join(JOURNAL))?;
            sync_folder(&self.folder);
            step("after the journal stands")
        };
        write().map_err(|cause| Problem::io(&self.folder, "written", cause))?;
        self.put_in_place(&journal, step)
    }

    fn put_in_place(
        &self,
        journal: &[(String, String)],
        step: &mut Step<'_>,
    ) -> Result<(), Problem> {
        for (name, path) in journal {
            let (aside, path) = (self.folder.join(name), self.base.join(path));
            let mut put = || {
                step("before a file is in place")?;
                match fs::rename(&aside, &path) {
                    // A run that was stopped has done so already.
                    Err(cause) if cause.kind() == io::ErrorKind::NotFound && path.exists() => {}
                    other => other?,
                }
                sync_folder(path.parent().unwrap_or(&self.base));
                step("after a file is in place")
            };
            put().map_err(|cause| Problem::io(&path, "written", cause))?;
        }
        let journal = self.folder.join(JOURNAL);
        fs::remove_file(&journal).map_err(|cause| Problem::io(&journal, "removed", cause))
    }

    /// Finishes what a stopped run has left: all of it if its journal stands, none if not.
    fn finish(&self) -> Result<(), Problem> {
        let path = self.folder.join(JOURNAL);
        match fs::read(&path) {
            Ok(text) => self.put_in_place(&self.journal(&path, &text)?, &mut |_| Ok(()))?,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
            Err(cause) => return Err(Problem::io(&path, "read", cause)),
        }
        let failed = |cause| Problem::io(&self.folder, "cleared", cause);
        for entry in fs::read_dir(&self.folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if entry.file_name() != LOCK {
                fs::remove_file(entry.path()).map_err(failed)?;
            }
        }
        Ok(())
    }

    fn journal(&self, path: &Path, text: &[u8]) -> Result<Vec<(String, String)>, Problem> {
        let journal: Vec<(String, String)> = serde_json::from_slice(text).unwrap_or_default();
        let is_below = |text: &str| {
            let mut parts = Path::new(text).components();
            parts.all(|part| matches!(part, Component::Normal(_)))
        };
        if journal.is_empty() || !journal.iter().all(|(a, b)| is_below(a) && is_below(b)) {
            return Err(Problem::new("this is no journal of files on their way")
                .in_file(path.display().to_string())
                .remedy("remove the file, then run `cargo xtask regen`"));
        }
        Ok(journal)
    }
}

/// Whether a stopped run has left files that count already and are not in place yet.
pub fn is_unfinished(holder: &Path) -> bool {
    holder.join(FOLDER).join(JOURNAL).exists()
}

fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Makes the names in a folder last, where the system can be asked to.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        // Windows cannot, and needs not.
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    const OLD: [(&str, &str); 3] = [("a/one", "1"), ("a/two", "2"), ("b/three", "3")];
    const NEW: [(&str, &str); 3] = [("a/one", "1 new"), ("a/two", "2"), ("b/three", "3 new")];

    fn old() -> TempDir {
        let base = TempDir::new().unwrap();
        for folder in ["a", "b"] {
            fs::create_dir(base.path().join(folder)).unwrap();
        }
        for (path, text) in OLD {
            fs::write(base.path().join(path), text).unwrap();
        }
        base
    }

    fn begin(base: &TempDir) -> Result<Together, Problem> {
        Together::begin(base.path(), &base.path().join("a"))
    }

    fn is(base: &TempDir, files: &[(&str, &str)]) -> bool {
        let read = |path| fs::read_to_string(base.path().join(path)).unwrap();
        files.iter().all(|(path, text)| read(path) == *text)
    }

    #[test]
    fn a_run_that_is_stopped_at_any_step_leaves_all_old_or_all_new() {
        let (mut old_left, mut new_left) = (0, 0);
        for stop in 0.. {
            let base = old();
            let (mut count, mut last) = (0, "");
            let written = begin(&base).unwrap().write_by_steps(&NEW, &mut |step| {
                count += 1;
                last = step;
                if count > stop {
                    return Err(io::Error::other("stopped"));
                }
                Ok(())
            });
            if written.is_ok() {
                assert!(is(&base, &NEW));
                break;
            }
            let counts = is_unfinished(&base.path().join("a"));
            assert!(counts || is(&base, &OLD), "{last}");
            drop(begin(&base).unwrap());
            assert!(is(&base, if counts { &NEW } else { &OLD }), "{last}");
            assert_eq!(
                fs::read_dir(base.path().join("a/.regen")).unwrap().count(),
                1
            );
            *(if counts { &mut new_left } else { &mut old_left }) += 1;
        }
        assert_eq!((old_left, new_left), (5, 5));
    }

    #[test]
    fn of_two_at_once_the_second_says_so_and_a_lock_ends_with_its_holder() {
        let base = old();
        let first = begin(&base).unwrap();
        let problem = begin(&base).unwrap_err().to_string();
        assert!(problem.contains("another `cargo xtask`"), "{problem}");
        drop(first);
        begin(&base).unwrap().write(&NEW).unwrap();
        assert!(is(&base, &NEW));
    }

    #[test]
    fn a_journal_that_leads_elsewhere_is_not_followed() {
        for text in [
            "",
            "[]",
            r#"[["new-0", "../out"]]"#,
            r#"[["new-0", "/etc/x"]]"#,
        ] {
            let base = old();
            drop(begin(&base).unwrap());
            fs::write(base.path().join("a/.regen/journal.json"), text).unwrap();
            let problem = begin(&base).unwrap_err().to_string();
            assert!(problem.contains("what to do"), "{problem}");
        }
    }
}
