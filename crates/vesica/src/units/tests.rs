use super::*;

fn close(left: f64, right: f64) -> bool {
    (left - right).abs() <= 1e-15 * right.abs()
}

#[track_caller]
fn check(value: f64, text: &str, inside: f64, dimension: Dimension) {
    let unit = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert!(close(unit.to_inside(value), inside), "{value} {text} = {}, not {inside}", unit.to_inside(value));
    assert_eq!(unit.dimension, dimension, "{text}");
}

#[test]
fn known_conversions() {
    use Dimension as D;
    check(1.0, "uM", 602.214076, D::CONCENTRATION);
    check(1.0, "µM", 602.214076, D::CONCENTRATION);
    check(1.0, "μM", 602.214076, D::CONCENTRATION);
    check(1.0, "nM", 0.602214076, D::CONCENTRATION);
    check(1.0, "mM", 602214.076, D::CONCENTRATION);
    check(1.0, "umol/L", 602.214076, D::CONCENTRATION);
    check(1.0, "mol/m^3", 602214.076, D::CONCENTRATION);
    check(2.0, "h", 7200.0, D::TIME);
    check(1.5, "d", 129_600.0, D::TIME);
    check(30.0, "min", 1800.0, D::TIME);
    check(100.0, "nm", 0.1, D::LENGTH);
    check(3.0, "cm", 3e4, D::LENGTH);
    check(0.32, "cm²", 3.2e7, D::AREA);
    check(0.32, "cm^2", 3.2e7, D::AREA);
    check(0.32, "cm2", 3.2e7, D::AREA);
    check(1.0, "um^3", 1.0, D::VOLUME);
    check(100.0, "uL", 1e11, D::VOLUME);
    check(2.0, "pL", 2000.0, D::VOLUME);
    check(1.0, "mL", 1e12, D::VOLUME);
    check(1.0, "cm³", 1e12, D::VOLUME);
    check(5e9, "/mL", 5e-3, D::PARTICLE_DENSITY / D::PARTICLES);
    check(5e9, "particles/mL", 5e-3, D::PARTICLE_DENSITY);
    check(5e9, "particles mL^-1", 5e-3, D::PARTICLE_DENSITY);
    check(5e9, "particles·mL⁻¹", 5e-3, D::PARTICLE_DENSITY);
    check(5e4, "particles/cell", 5e4, D::PARTICLES_PER_CELL);
    check(60.0, "/cell/h", 60.0 / 3600.0, D::RELEASE / D::PARTICLES);
    check(60.0, "vesicles/cell/h", 60.0 / 3600.0, D::RELEASE);
    check(0.1, "nL/h/cell", 1e5 / 3600.0, D::CLEARANCE);
    check(0.1, "nL/(h cell)", 1e5 / 3600.0, D::CLEARANCE);
    check(3.6, "uM/h", 0.602214076, D::CONCENTRATION / D::TIME);
    check(1.2e5, "1/(M s)", 1.2e5 / 602_214_076.0, D::RATE / D::CONCENTRATION);
    check(1.2e5, "/M/s", 1.2e5 / 602_214_076.0, D::RATE / D::CONCENTRATION);
    check(1.2e5, "M^-1 s^-1", 1.2e5 / 602_214_076.0, D::RATE / D::CONCENTRATION);
    check(7.0, "%", 0.07, D::NONE);
    check(11.0, "points", 0.11, D::NONE);
    check(0.45, "of control", 0.45, D::NONE);
    check(45.0, "% of control", 0.45, D::NONE);
    check(2.0, "fold", 2.0, D::NONE);
    check(2.0, "1", 2.0, D::NONE);
    check(2.0, "", 2.0, D::NONE);
    check(37.0, "°C", 310.15, D::TEMPERATURE);
    check(310.15, "K", 310.15, D::TEMPERATURE);
    check(0.69, "mPa s", 6.9e5, D::VISCOSITY);
    check(0.69e-3, "Pa s", 6.9e5, D::VISCOSITY);
    check(0.69e-3, "Pa*s", 6.9e5, D::VISCOSITY);
    check(6.5, "um²/s", 6.5, D::DIFFUSION);
    check(10.0, "ug protein", 1e7, D::MASS);
    check(1e9, "particles/ug protein", 1e3, D::PARTICLES_PER_MASS);
    check(1e9, "/ug", 1e3, D::PARTICLES_PER_MASS / D::PARTICLES);
    check(7.0, "kDa", 7.0 * 1.660_539_066_6e-9, D::MASS);
    check(10.0, "copies/cell", 10.0, D::COPIES_PER_CELL);
    check(0.00825, "copies/vesicle", 0.00825, D::COPIES_PER_PARTICLE);
    check(0.00825, "/vesicle", 0.00825, D::PARTICLES.power(-1));
    check(1.0, "molecules/h", 1.0 / 3600.0, D::AMOUNT / D::TIME);
    check(1.0, "molecules/uM", 1.0 / 602.214076, D::VOLUME);
}

#[test]
fn what_is_no_unit_is_refused_with_the_nearest() {
    let near = |text: &str| match parse(text) {
        Err(UnitError::Unknown { near, .. }) => near,
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(near("hours/partcle"), Some("particle"));
    assert_eq!(near("uMM"), Some("uM"));
    assert_eq!(near("furlong"), None);
    for text in ["1/M s", "mL/", "um^", "um^0.5", "(M s", "M s)", "uM^-", "uM^99", "2 uM", "uM,"] {
        assert!(parse(text).is_err(), "{text} was read as {:?}", parse(text));
    }
}

#[test]
fn every_unit_of_the_tables_is_known() {
    let table = include_str!("../../../../biology/parameters.tsv");
    let mut rows = table.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let at = rows.next().and_then(|header| header.split('\t').position(|name| name == "unit"));
    let Some(at) = at else { panic!("no column `unit`") };
    for row in rows {
        let unit = row.split('\t').nth(at).unwrap_or_default();
        assert!(parse(unit).is_ok(), "{row}");
    }
}

#[test]
fn shown_units_read_back_as_the_same() {
    for text in ["uM", "um^2/s", "1/(M s)", "mL^-1", "nL/h/cell", "ug protein", "°C", "molecules/uM", "of control", "%"]
    {
        let (written, shown) = (parse(text), parse(&shown(text)));
        assert_eq!(
            written.map(|unit| (unit.factor(), unit.dimension)),
            shown.map(|unit| (unit.factor(), unit.dimension))
        );
    }
    assert_eq!(shown("unit of 2"), "unit of 2");
}

#[test]
fn dimensions_say_their_name() {
    let name = |text: &str| parse(text).map(|unit| unit.dimension.to_string());
    assert_eq!(name("uM").as_deref(), Ok("concentration"));
    assert_eq!(name("particles/mL").as_deref(), Ok("particles/volume"));
    assert_eq!(name("1/(M s)").as_deref(), Ok("volume/(amount time)"));
    assert_eq!(name("/h").as_deref(), Ok("1/time"));
    assert_eq!(name("cm²").as_deref(), Ok("area"));
    assert_eq!(name("%").as_deref(), Ok("plain number"));
}

#[test]
fn there_is_no_name_twice() {
    let mut names: Vec<_> = table::names().collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
}

proptest::proptest! {
    #[test]
    fn reading_never_panics(text in "\\PC{0,24}") {
        let _ = parse(&text);
    }

    #[test]
    fn there_and_back(value in 1e-12..1e12f64, index in 0..table::UNITS.len()) {
        let unit = parse(table::UNITS[index].names[0])?;
        let back = unit.from_inside(unit.to_inside(value));
        proptest::prop_assert!((back - value).abs() <= 1e-15 * value.abs());
    }
}
