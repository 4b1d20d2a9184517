//! Cells that are the same bit for bit go the same way: only the first of them is integrated, the others follow it. Arms that are
//! dosed alike are the same up to where they part; so are cells of a type that does not vary, until chance brings one something.
//! Where chance counts inside cells, too, only those that share their chances can be alike: a cell in one arm and in another.

use std::collections::BTreeMap;

use vesica_engine::{Batch, LaneStatus};

/// Which lanes are alike.
#[derive(Default)]
pub(super) struct Alike {
    /// For each lane the first one that is like it: itself, if there is none.
    leader: Vec<usize>,
}

impl Alike {
    /// Finds lanes that are alike.
    pub(super) fn among(batch: &Batch) -> Self {
        let mut alike = Self { leader: vec![0; batch.n_lanes()] };
        alike.part(batch, &|_| 0);
        alike
    }

    /// Parts those that are no longer what their leader is, or do not have the same chances.
    pub(super) fn part(&mut self, batch: &Batch, chances: &dyn Fn(usize) -> usize) {
        let mut parted: BTreeMap<(usize, usize, u64), usize> = BTreeMap::new();
        let are_alike = |a: usize, b: usize| chances(a) == chances(b) && batch.are_alike(a, b);
        for lane in 0..self.leader.len() {
            let leader = self.leader[lane];
            if leader == lane || !is_running(batch, lane) || are_alike(lane, leader) {
                continue;
            }
            // those that left the same leader can still be like each other
            let other = *parted.entry((leader, chances(lane), batch.fingerprint(lane))).or_insert(lane);
            self.leader[lane] = if are_alike(lane, other) { other } else { lane };
        }
    }

    /// Running lanes that are to be integrated.
    pub(super) fn leaders(&self, batch: &Batch) -> Vec<usize> {
        let lanes = 0..self.leader.len();
        lanes.filter(|lane| self.leader[*lane] == *lane && is_running(batch, *lane)).collect()
    }

    /// Running lanes that go the way of another, and which.
    pub(super) fn followers(&self, batch: &Batch) -> Vec<(usize, usize)> {
        let lanes = self.leader.iter().copied().enumerate();
        lanes.filter(|(lane, leader)| lane != leader && is_running(batch, *lane)).collect()
    }
}

fn is_running(batch: &Batch, lane: usize) -> bool {
    *batch.status(lane) == LaneStatus::Running
}

#[cfg(test)]
mod tests {
    use super::*;
    use vesica_engine::compile;
    use vesica_model::{Network, Parameter};

    #[test]
    fn who_is_changed_leaves_and_who_is_changed_alike_leaves_together() {
        let mut network = Network::default();
        network.parameters.push(Parameter { id: "k".into(), value: 1.0 });
        let program = compile(&network).expect("one parameter");
        let mut batch = Batch::new(&program, 6);
        let mut alike = Alike::among(&batch);
        assert_eq!(alike.leader, [0; 6]);
        for (lane, value) in [(0, 2.0), (2, 3.0), (5, 3.0)] {
            batch.set_parameter(&program, lane, 0, value);
        }
        alike.part(&batch, &|_| 0);
        assert_eq!(alike.leader, [0, 1, 2, 1, 1, 2]);
        assert_eq!(alike.leaders(&batch), [0, 1, 2]);
        assert_eq!(alike.followers(&batch), [(3, 1), (4, 1), (5, 2)]);
        batch.set_parameter(&program, 0, 0, 1.0);
        alike.part(&batch, &|_| 0);
        assert_eq!(alike.leader, [0, 1, 2, 1, 1, 2], "who left does not come back");
        // two arms of three cells with chances of their own
        let mut alike = Alike::among(&Batch::new(&program, 6));
        alike.part(&Batch::new(&program, 6), &|lane| lane % 3);
        assert_eq!(alike.leader, [0, 1, 2, 0, 1, 2]);
    }
}
