//! `cargo xtask bench-build`: what the client costs to compile, beside the client that progenitor alone
//! writes for the same document.
//!
//! The figures are CPU seconds, which depend less than time on what else the machine does. The clients are
//! measured in turn, run by run, so that a slow minute slows all of them. Dependencies are built before, and
//! without TLS, which takes long to build. Ours is the committed copy; generating it has a line of its own.

mod cpu;
mod naive;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::generate;
use crate::input::Problem;
use crate::repository::workspace::Workspace;
use cpu::Cpu;
use naive::NaiveCrate;

/// The smallest area, for a client of one area.
const SMALL_AREA: &str = "carrier";
/// How many lines the generated client may have.
const LINES_GOAL: usize = 35_000;

/// What to measure.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// How often to measure each; medians are shown
    #[arg(long, value_name = "N", default_value_t = 3)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
    /// Only `cargo check`, and once
    #[arg(long, conflicts_with = "runs")]
    quick: bool,
}

/// A way to compile, and the most CPU seconds that it may take.
struct Mode {
    /// As `cargo rustc --profile` has it.
    profile: &'static str,
    all_goal: f64,
    small_goal: f64,
}

const CHECK: Mode = Mode {
    profile: "check",
    all_goal: 8.0,
    small_goal: 2.0,
};
const RELEASE: Mode = Mode {
    profile: "release",
    all_goal: 12.0,
    small_goal: 4.0,
};

/// A crate to compile.
struct Subject {
    manifest: PathBuf,
    features: String,
}

/// A name, the goal, our figure, and progenitor's.
type Row = [String; 4];

/// Measures, and shows the figures on standard output.
pub fn run(workspace: &Workspace, options: &Options) -> Result<(), Problem> {
    let (runs, modes) = if options.quick {
        (1, &[CHECK][..])
    } else {
        (options.runs, &[CHECK, RELEASE][..])
    };
    let committed = workspace.committed()?;
    let (generating, _) = generate_timed(&committed.lowered, generate::generate)?;
    let mut generating = vec![generating];
    for _ in 1..runs {
        generating.push(generate_timed(&committed.lowered, generate::generate)?.0);
    }
    let (_, naive_code) = generate_timed(&committed.lowered, generate::naive)?;

    let folder = workspace.root().join("target/bench-build");
    let naive = NaiveCrate::new(workspace.root(), folder.join("naive"))?;
    let ours = |features: &str| Subject {
        manifest: workspace.root().join("trackstar-api/Cargo.toml"),
        features: features.to_owned(),
    };
    let subjects = [
        ours(&workspace.profile()?.client.areas.join(",")),
        Subject {
            manifest: naive.manifest(),
            features: String::new(),
        },
        ours(SMALL_AREA),
    ];
    let mut compiler = Compiler {
        target: folder.join("target"),
        compiled: 0,
    };
    let mut rows = vec![["", "goal", "ours", "progenitor alone"].map(str::to_owned)];
    for mode in modes {
        eprintln!("{}: the dependencies", mode.profile);
        naive.fill("")?;
        for subject in &subjects {
            compiler.compile(subject, mode)?;
        }
        naive.fill(&naive_code)?;
        let mut figures = [const { Vec::new() }; 3];
        for run in 1..=runs {
            eprintln!("{}: run {run} of {runs}", mode.profile);
            for (subject, figures) in subjects.iter().zip(&mut figures) {
                figures.push(compiler.compile(subject, mode)?);
            }
        }
        rows.extend(rows_of(mode, figures));
    }
    rows.push(row("generating it", "", &seconds(median(generating)), ""));
    let lines = [&committed.code, &naive_code].map(|code| code.lines().count().to_string());
    rows.push(row(
        "generated lines",
        &LINES_GOAL.to_string(),
        &lines[0],
        &lines[1],
    ));
    print!(
        "CPU seconds, user and system, of compiling the crate alone; medians of {runs}\n\n{}",
        table(&rows)
    );
    Ok(())
}

/// Runs a generator. Gives the CPU time and the code.
fn generate_timed(
    lowered: &str,
    generator: impl Fn(&str) -> Result<String, generate::Error>,
) -> Result<(f64, String), Problem> {
    let before = Cpu::Own.seconds()?;
    let code = generator(lowered).map_err(|cause| {
        Problem::new(cause.to_string())
            .in_file("trackstar-api/openapi-3.0.json")
            .remedy("run `cargo xtask regen`")
            .caused_by(cause)
    })?;
    Ok((Cpu::Own.seconds()? - before, code))
}

/// Runs cargo.
struct Compiler {
    target: PathBuf,
    compiled: u32,
}

impl Compiler {
    /// Compiles a crate, and whatever it depends on that is not built yet. Gives the CPU time of it all.
    fn compile(&mut self, subject: &Subject, mode: &Mode) -> Result<f64, Problem> {
        self.compiled += 1;
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        command
            .args(["rustc", "--quiet", "--lib", "--no-default-features"])
            .args(["--message-format", "json-render-diagnostics"])
            .args(["--profile", mode.profile])
            .args(["--features", &subject.features])
            .args([Path::new("--manifest-path"), &subject.manifest])
            .args([Path::new("--target-dir"), &self.target])
            // A flag that no run had before makes cargo compile this crate again, and nothing else.
            .args(["--", "--cfg"])
            .arg(format!("bench_{}_{}", std::process::id(), self.compiled))
            .env("CARGO_INCREMENTAL", "0")
            .env("RUSTC_WRAPPER", "")
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .stderr(Stdio::inherit());
        let before = Cpu::Children.seconds()?;
        let output = command.output().map_err(|cause| {
            Problem::new(format!("cargo cannot be run: {cause}"))
                .remedy("run it as `cargo xtask bench-build`")
                .caused_by(cause)
        })?;
        let after = Cpu::Children.seconds()?;
        let file = subject.manifest.display().to_string();
        if !output.status.success() {
            return Err(Problem::new("the crate does not compile")
                .in_file(file)
                .remedy("see what cargo says above"));
        }
        if !String::from_utf8_lossy(&output.stdout).contains(r#""fresh":false"#) {
            return Err(
                Problem::new("cargo compiled nothing, so nothing is measured")
                    .in_file(file)
                    .remedy("delete target/bench-build, and run it again"),
            );
        }
        Ok(after - before)
    }
}

/// The rows of a mode, from the figures of all areas, of progenitor, and of the small area.
fn rows_of(mode: &Mode, figures: [Vec<f64>; 3]) -> [Row; 2] {
    let [all, naive, small] = figures.map(|figures| seconds(median(figures)));
    let name = mode.profile;
    [
        row(
            &format!("{name}, all areas"),
            &seconds(mode.all_goal),
            &all,
            &naive,
        ),
        row(
            &format!("{name}, {SMALL_AREA} only"),
            &seconds(mode.small_goal),
            &small,
            "",
        ),
    ]
}

fn row(name: &str, goal: &str, ours: &str, naive: &str) -> Row {
    [name, goal, ours, naive].map(str::to_owned)
}

fn seconds(value: f64) -> String {
    format!("{value:.1}")
}

/// The middle one; the mean of the middle two if there is none. Zero if there are no figures.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    match figures.get(middle) {
        None => 0.0,
        Some(&figure) if figures.len() % 2 == 1 => figure,
        Some(&figure) => f64::midpoint(figures[middle - 1], figure),
    }
}

/// Names to the left, figures to the right.
fn table(rows: &[Row]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths: [usize; 4] = std::array::from_fn(width);
    let mut text = String::new();
    for [name, figures @ ..] in rows {
        let mut line = format!("{name:<0$}", widths[0]);
        for (figure, width) in figures.iter().zip(&widths[1..]) {
            // Writing to a string does not fail.
            let _ = write!(line, "  {figure:>width$}");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Profile;

    #[test]
    fn the_median_is_the_middle() {
        for (figures, middle) in [
            (vec![], 0.0),
            (vec![3.0], 3.0),
            (vec![9.0, 1.0, 2.0], 2.0),
            (vec![4.0, 1.0, 9.0, 2.0], 3.0),
        ] {
            assert_eq!(median(figures.clone()), middle, "{figures:?}");
        }
    }

    #[test]
    fn columns_are_as_wide_as_they_must_be() {
        let mut rows = vec![row("", "goal", "ours", "other")];
        rows.extend(rows_of(
            &RELEASE,
            [vec![3.0, 4.0, 11.0], vec![116.25], vec![0.04]],
        ));
        let expected = "                       goal  ours  other
release, all areas     12.0   4.0  116.2
release, carrier only   4.0   0.0
";
        assert_eq!(table(&rows), expected);
    }

    #[test]
    fn the_small_area_is_one_of_the_areas() {
        let profile = Profile::of_this_repository();
        assert!(profile.client.area(SMALL_AREA).is_some());
    }
}
