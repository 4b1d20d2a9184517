//! Cargo of every kind, from the vesicle to what it changes in the target.

mod cargo {
    mod destinations;
    mod exchange;
    mod kinds;
    mod support;
}
