//! Over many worlds a number is distributed as its quantity says.

use vesica::knowledge::{Knowledge, embedded_examples};
use vesica::run::draws::World;
use vesica::scenario;
use vesica::scenario::draws::hypotheses;

#[test]
fn draws_have_the_stated_median_and_ends() {
    let (knowledge, _) = Knowledge::embedded();
    let text = &embedded_examples()["caf-mir522/scenario.toml"];
    let (scenario, problems) = scenario::read("test.toml", text, "test", &knowledge, &|_| None);
    let scenario = scenario.unwrap_or_else(|| panic!("{problems:#?}"));
    let hypotheses = hypotheses(&scenario);
    let copies = scenario.vesicles[0].cargo[0].copies;
    let n = 2000;
    let mut drawn: Vec<f64> = (0..n)
        .map(|index| World::new(&scenario, &knowledge, &hypotheses[1], 20_251_121, index).quantity(copies, None))
        .collect();
    drawn.sort_by(f64::total_cmp);
    // the share of draws below a quantile has a standard error of sqrt(p (1 - p) / n)
    for (quantile, value) in [(0.05, 0.0005), (0.5, 0.00825), (0.95, 2.0)] {
        let below = drawn.iter().filter(|draw| **draw < value).count() as f64 / f64::from(n);
        let error = (quantile * (1.0 - quantile) / f64::from(n)).sqrt();
        assert!((below - quantile).abs() < 4.5 * error, "{below} of the draws are below {value}, not {quantile}");
    }
    let other = World::new(&scenario, &knowledge, &hypotheses[1], 7, 0).quantity(copies, None);
    let first = World::new(&scenario, &knowledge, &hypotheses[1], 20_251_121, 0).quantity(copies, None);
    assert_ne!(first, other, "another seed is another world");
}
