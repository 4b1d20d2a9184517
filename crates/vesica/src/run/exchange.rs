//! What cells exchange by name, apart from vesicles: molecules that they secrete into the medium, and what they show
//! each other.
//!
//! A counter `secreted_X` of any cell feeds the pool X of its liquid, whose concentration any cell reads as `medium_X`.
//! Copies of a molecule X at the surface of vesicles in its liquid, per volume, any cell reads as `carried_X`.
//! What living cells show (`shows_X`) any cell reads as `near_X`: the sum over all of them, for each living cell of the
//! reading type. Both hold through an exchange step. Reading uses nothing up; a pool is lost with the half-life
//! `medium_pool.X.half_life` of `parameters.tsv`, if there is one, and with the medium. Before time zero no cell sees
//! another.

use vesica_engine::math::exp;

use super::draws::World;
use super::flows::{MEDIUM, NEAR};
use super::medium::Counts;
use super::population::Population;
use super::results::PoolResult;
use super::setup::{CompiledCell, Source, source};
use crate::compose::{CARRIED, number_index};
use crate::knowledge::{Knowledge, mangle};
use crate::scenario::{Cargo, Destination, Scenario, Vesicle};

/// Names that cells of a scenario exchange; only those with a giver and a reader.
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    /// Secreted into the medium.
    pub pools: Vec<Shared>,
    /// Shown to other cells.
    pub shown: Vec<Shared>,
    /// Molecules at the surface of vesicles.
    pub carried: Vec<Carried>,
}

/// A molecule that cells read on the vesicles around them.
#[derive(Clone, Debug)]
pub struct Carried {
    /// Vesicle kinds that have it at their surface, and which of their cargoes it is.
    givers: Vec<(usize, usize)>,
    /// Cell types that read it, and the parameter.
    readers: Vec<(usize, usize)>,
}

/// A name that cells exchange.
#[derive(Clone, Debug)]
pub struct Shared {
    /// `X` of `secreted_X` or `shows_X`.
    pub name: String,
    /// Cell types that give it, and where it stands in them.
    givers: Vec<(usize, Source)>,
    /// Cell types that read it, and the parameter.
    readers: Vec<(usize, usize)>,
    /// Row of its half-life in the medium.
    half_life: Option<usize>,
}

impl Exchange {
    /// Whether no cell reads what another gives.
    pub fn is_empty(&self) -> bool {
        self.pools.is_empty() && self.shown.is_empty() && self.carried.is_empty()
    }

    /// Variables of a cell type that others read.
    pub fn variables_of(&self, cell: usize) -> impl Iterator<Item = usize> {
        let givers = self.pools.iter().chain(&self.shown).flat_map(|shared| &shared.givers);
        givers.filter(move |(giver, _)| *giver == cell).filter_map(|(_, source)| match source {
            Source::Variable(index) => Some(*index),
            _ => None,
        })
    }

    /// The names that these cells exchange.
    pub fn new(scenario: &Scenario, cells: &[CompiledCell], knowledge: &Knowledge) -> Self {
        Self {
            pools: shared(cells, knowledge, "secreted_", MEDIUM),
            shown: shared(cells, knowledge, "shows_", NEAR),
            carried: read_names(cells, CARRIED).into_iter().map(|name| carried(scenario, cells, name)).collect(),
        }
    }
}

/// What cells read under names that begin with `read`, without that beginning; sorted, each once.
fn read_names<'c>(cells: &'c [CompiledCell], read: &str) -> Vec<&'c str> {
    let parameters = cells.iter().flat_map(|cell| &cell.model.network.parameters);
    let mut names: Vec<&str> = parameters.filter_map(|parameter| parameter.id.strip_prefix(read)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Cell types with a parameter of that name.
fn readers(cells: &[CompiledCell], parameter: &str) -> Vec<(usize, usize)> {
    let one = |(index, cell): (usize, &CompiledCell)| Some((index, cell.model.network.parameter(parameter)?));
    cells.iter().enumerate().filter_map(one).collect()
}

fn carried(scenario: &Scenario, cells: &[CompiledCell], name: &str) -> Carried {
    let is_it = |cargo: &Cargo| cargo.acts_at == Destination::Periphery && mangle(&cargo.name) == name;
    let of_kind = |(kind, vesicle): (usize, &Vesicle)| Some((kind, vesicle.cargo.iter().position(is_it)?));
    let givers = scenario.vesicles.iter().enumerate().filter_map(of_kind).collect();
    Carried { givers, readers: readers(cells, &format!("{CARRIED}{name}")) }
}

fn shared(cells: &[CompiledCell], knowledge: &Knowledge, given: &str, read: &str) -> Vec<Shared> {
    let one = |name: &str| {
        let places = |find: &dyn Fn(&CompiledCell) -> Option<Source>| {
            cells.iter().enumerate().filter_map(|(index, cell)| Some((index, find(cell)?))).collect::<Vec<_>>()
        };
        let givers = places(&|cell| source(&cell.model.network, &format!("{given}{name}")));
        let half_life = number_index(knowledge, &format!("medium_pool.{name}.half_life"), "");
        Shared { name: name.to_owned(), givers, readers: readers(cells, &format!("{read}{name}")), half_life }
    };
    read_names(cells, read).into_iter().map(one).filter(|shared| !shared.givers.is_empty()).collect()
}

/// The pools of all arms in one world.
pub(super) struct Pools<'a> {
    exchange: &'a Exchange,
    /// Loss per s of each pool.
    loss: Vec<f64>,
    /// `[arm][pool][site]`: molecules.
    amounts: Vec<Vec<Vec<f64>>>,
    /// `[arm][pool]`
    secreted: Vec<Vec<f64>>,
    /// `[arm][pool]`
    lost: Vec<Vec<f64>>,
}

/// What cells have secreted so far: `[arm][pool][site]`, weighted.
pub(super) type Secreted = Vec<Vec<Vec<f64>>>;

impl<'a> Pools<'a> {
    /// Empty pools of a place with `n_sites` liquids.
    pub fn empty(exchange: &'a Exchange, world: &World<'_>, n_arms: usize, n_sites: usize) -> Self {
        let loss = exchange.pools.iter().map(|pool| {
            let half_life = pool.half_life.map_or(f64::INFINITY, |row| world.number(row, None));
            std::f64::consts::LN_2 / half_life
        });
        let n_pools = exchange.pools.len();
        Self {
            exchange,
            loss: loss.collect(),
            amounts: vec![vec![vec![0.0; n_sites]; n_pools]; n_arms],
            secreted: vec![vec![0.0; n_pools]; n_arms],
            lost: vec![vec![0.0; n_pools]; n_arms],
        }
    }

    /// What cells secreted until `time`: those of the types that `site` gives a site.
    pub fn secreted_so_far(
        &self,
        populations: &[Population<'_>],
        site: impl Fn(usize) -> Option<usize>,
        time: f64,
    ) -> Secreted {
        let mut sums: Secreted =
            self.amounts.iter().map(|arm| arm.iter().map(|sites| vec![0.0; sites.len()]).collect()).collect();
        for (number, pool) in self.exchange.pools.iter().enumerate() {
            for (cell, source) in &pool.givers {
                let Some(site) = site(*cell) else { continue };
                let population = &populations[*cell];
                for (arm, sums) in sums.iter_mut().enumerate() {
                    let lanes = population.lanes(arm);
                    let counted = lanes.map(|lane| population.weight(lane, time) * population.read(lane, *source));
                    sums[number][site] += counted.sum::<f64>();
                }
            }
        }
        sums
    }

    /// One step of `dt` s: what was secreted between the two counts enters evenly in time, and a share is lost.
    pub fn step(&mut self, before: &Secreted, after: &Secreted, dt: f64) {
        for (arm, amounts) in self.amounts.iter_mut().enumerate() {
            for (pool, sites) in amounts.iter_mut().enumerate() {
                let x = self.loss[pool] * dt;
                let kept = exp(-x);
                let mean_kept = if x < 1e-6 { 1.0 - x / 2.0 } else { (1.0 - kept) / x };
                for (site, amount) in sites.iter_mut().enumerate() {
                    // a frozen cell takes nothing back
                    let new = (after[arm][pool][site] - before[arm][pool][site]).max(0.0);
                    let left = *amount * kept + new * mean_kept;
                    self.secreted[arm][pool] += new;
                    self.lost[arm][pool] += *amount + new - left;
                    *amount = left;
                }
            }
        }
    }

    /// The medium of an arm is replaced.
    pub fn wash(&mut self, arm: usize) {
        for (pool, sites) in self.amounts[arm].iter_mut().enumerate() {
            self.lost[arm][pool] += sites.iter().sum::<f64>();
            sites.fill(0.0);
        }
    }

    /// Lets every cell read the concentrations in its liquid: `volume(arm, cell)` in um³.
    pub fn tell(
        &self,
        populations: &mut [Population<'_>],
        site: impl Fn(usize) -> usize,
        volume: impl Fn(usize, usize) -> f64,
    ) {
        for (number, pool) in self.exchange.pools.iter().enumerate() {
            for (cell, parameter) in &pool.readers {
                for (arm, amounts) in self.amounts.iter().enumerate() {
                    let concentration = amounts[number][site(*cell)] / volume(arm, *cell);
                    populations[*cell].set_exchanged(arm, *parameter, concentration);
                }
            }
        }
    }

    /// What became of the pools of an arm.
    pub fn results(&self, arm: usize) -> Vec<PoolResult> {
        let one = |(number, pool): (usize, &Shared)| PoolResult {
            name: pool.name.clone(),
            secreted: self.secreted[arm][number],
            left: self.amounts[arm][number].iter().sum(),
            lost: self.lost[arm][number],
        };
        self.exchange.pools.iter().enumerate().map(one).collect()
    }
}

/// Lets every cell read what vesicles around it carry at their surface: `copies(arm, kind, site)` vesicles, then copies of
/// each cargo, `volume(arm, cell)` in um³.
pub(super) fn carry(
    exchange: &Exchange,
    populations: &mut [Population<'_>],
    site: impl Fn(usize) -> usize,
    copies: impl Fn(usize, usize, usize) -> Counts,
    volume: impl Fn(usize, usize) -> f64,
) {
    for carried in &exchange.carried {
        for (cell, parameter) in &carried.readers {
            for arm in 0..populations[*cell].n_arms() {
                let of = |(kind, cargo): &(usize, usize)| copies(arm, *kind, site(*cell))[cargo + 1];
                let sum: f64 = carried.givers.iter().map(of).sum();
                populations[*cell].set_exchanged(arm, *parameter, sum / volume(arm, *cell));
            }
        }
    }
}

/// Lets every cell read what living cells of its site show at `time`, as of the last evaluation.
pub(super) fn show(exchange: &Exchange, populations: &mut [Population<'_>], site: impl Fn(usize) -> usize, time: f64) {
    for shared in &exchange.shown {
        for (reader, parameter) in &shared.readers {
            for arm in 0..populations[*reader].n_arms() {
                let here = |cell: usize| site(cell) == site(*reader);
                let shown: f64 = shared
                    .givers
                    .iter()
                    .filter(|(cell, _)| here(*cell))
                    .map(|(cell, source)| {
                        populations[*cell].living_sum(arm, time, |population, lane| population.read(lane, *source))
                    })
                    .sum();
                let readers = populations[*reader].living_sum(arm, time, |_, _| 1.0);
                let each = if readers > 0.0 { shown / readers } else { 0.0 };
                populations[*reader].set_exchanged(arm, *parameter, each);
            }
        }
    }
}
