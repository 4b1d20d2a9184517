//! Coefficients of RODAS: six stages, order 4(3), stiffly accurate, L-stable, with dense output of order 3.
//!
//! Source: E. Hairer and G. Wanner, Solving Ordinary Differential Equations II, 2nd edition, section VI.4
//! (their set 1). Checked by `tests/convergence.rs`.

#![allow(clippy::excessive_precision, reason = "coefficients stand as published")]

/// The diagonal coefficient.
pub(crate) const GAMMA: f64 = 0.25;
pub(crate) const STAGES: usize = 6;

/// Weights of earlier stages in the argument of a stage. The last row is row 5 with 1 added for stage 5.
pub(crate) const A: [[f64; 5]; 6] = [
    [0.0; 5],
    [1.544, 0.0, 0.0, 0.0, 0.0],
    [0.946_678_528_081_582_6, 0.255_701_169_898_328_4, 0.0, 0.0, 0.0],
    [3.314_825_187_068_521, 2.896_124_015_972_201, 0.998_641_913_997_781_7, 0.0, 0.0],
    [1.221_224_509_226_641, 6.019_134_481_288_629, 12.537_083_329_320_87, -0.687_886_036_105_895_0, 0.0],
    [1.221_224_509_226_641, 6.019_134_481_288_629, 12.537_083_329_320_87, -0.687_886_036_105_895_0, 1.0],
];

/// Weights of earlier stages, over the step, beside the right-hand side.
pub(crate) const C: [[f64; 5]; 6] = [
    [0.0; 5],
    [-5.6688, 0.0, 0.0, 0.0, 0.0],
    [-2.430_093_356_833_875, -0.206_359_915_709_191_5, 0.0, 0.0, 0.0],
    [-0.107_352_905_815_137_5, -9.594_562_251_023_355, -20.470_286_148_096_16, 0.0, 0.0],
    [7.496_443_313_967_647, -10.246_804_314_643_52, -33.999_903_528_199_05, 11.708_908_932_061_60, 0.0],
    [
        8.083_246_795_921_522,
        -7.981_132_988_064_893,
        -31.521_594_328_743_71,
        16.319_305_431_231_36,
        -6.058_818_238_834_054,
    ],
];

/// Times of the stages, in steps.
pub(crate) const TIMES: [f64; 6] = [0.0, 0.386, 0.21, 0.63, 1.0, 1.0];

/// Weights of step times the derivative by time.
pub(crate) const BY_TIME: [f64; 6] = [0.25, -0.1043, 0.1035, -0.036_200_000_000_002_3, 0.0, 0.0];

/// Weights of the stages in the two terms of the dense output.
pub(crate) const DENSE: [[f64; 5]; 2] = [
    [
        10.126_235_083_445_86,
        -7.487_995_877_610_167,
        -34.800_918_615_557_47,
        -7.992_771_707_568_823,
        1.025_137_723_295_662,
    ],
    [
        -0.676_280_339_280_125_3,
        6.087_714_651_680_015,
        16.430_843_208_924_78,
        24.767_225_114_183_86,
        -6.594_389_125_716_872,
    ],
];
