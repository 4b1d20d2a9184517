//! Names about which several parts of a cell have something to say.
//!
//! A mechanism that gives a port a rule (`transcription_X := ..`) says by how much it changes that name. Where several
//! mechanisms say so, or a drug or gene acts on it as well, what they say is multiplied: each keeps its own file, and
//! none knows the others. Terms of drugs are then added.

use std::collections::BTreeMap;

use super::drugs::Rule;
use super::instances::Instance;
use crate::knowledge::Knowledge;

/// How the names of signals begin: a signal that comes in several ways is the sum of them, for each is 0 where it is
/// not there.
const SIGNAL: &str = "signal_";

/// Renames the ports of mechanisms that share a name with others, and makes the name the product of all.
pub fn multiply(instances: &mut [Instance], rules: &mut BTreeMap<String, Rule>, knowledge: &Knowledge) {
    let mut said: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
    for (index, instance) in instances.iter().enumerate() {
        let ports = knowledge.library.ports(&instance.module).unwrap_or_default();
        let ruled = knowledge.library.ruled_ports(&instance.module).unwrap_or_default();
        let all = ports.iter().zip(&instance.ports).enumerate();
        for (port, (_, name)) in all.filter(|(_, (port, _))| ruled.contains(port)) {
            said.entry(name.clone()).or_default().push((index, port));
        }
    }
    for (name, places) in said {
        if places.len() < 2 && !rules.contains_key(&name) {
            continue;
        }
        let rule = rules.entry(name.clone()).or_default();
        let mut parts = Vec::new();
        for (index, port) in places {
            let part = format!("{name}__of__{}", instances[index].name);
            instances[index].ports[port].clone_from(&part);
            parts.push(part);
        }
        if name.starts_with(SIGNAL) {
            rule.factors.push(format!("({})", parts.join(" + ")));
        } else {
            rule.factors.extend(parts);
        }
    }
}
