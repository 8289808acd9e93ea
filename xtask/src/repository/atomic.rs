//! Files are replaced as a whole: whenever a run is stopped, each of them is either the old or the new one.

use std::io::{self, Write as _};
use std::path::Path;

use crate::input::Problem;

/// Replaces a file, by a temporary file and a rename. One that has this text already is not touched.
pub fn write(path: &Path, text: &str) -> Result<(), Problem> {
    replace(path, text).map_err(|cause| Problem::io(path, "written", cause))
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    if std::fs::read(path).is_ok_and(|present| present == text.as_bytes()) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    // A temporary file is readable by its owner alone, a committed one by everybody.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("made/file");
        for text in ["old", "new", "new"] {
            write(&path, text).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
        let names = std::fs::read_dir(folder.path().join("made")).unwrap();
        assert_eq!(names.count(), 1);
    }

    #[test]
    fn a_file_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let problem = write(folder.path(), "text").unwrap_err().to_string();
        let name = folder.path().display().to_string();
        assert!(problem.starts_with(&name), "{problem}");
    }
}
