//! What fuzzing has kept is read again, on stable Rust: each input of each target.

use velopos_fuzz::{TARGETS, pack, run};

/// Every target has inputs, and none of them finds anything.
#[test]
fn the_kept_inputs() {
    let mut kept = 0;
    for (target, _) in TARGETS {
        let inputs = pack::read(&pack::folder().join("corpus").join(format!("{target}.pack")));
        assert!(inputs.len() >= 10, "{target} has {} inputs", inputs.len());
        for input in &inputs {
            run(target, input);
        }
        kept += inputs.len();
    }
    println!("{kept} inputs of {} targets", TARGETS.len());
}

/// The list here, that of the programs and the kept files name the same targets.
#[test]
fn every_target_is_a_program() {
    let manifest = std::fs::read_to_string(pack::folder().join("Cargo.toml")).expect("the manifest");
    let programs: Vec<&str> = manifest.split("[[bin]]\nname = \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(programs, TARGETS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    let files = std::fs::read_dir(pack::folder().join("corpus")).expect("the kept inputs").count();
    assert_eq!(files, TARGETS.len());
}
