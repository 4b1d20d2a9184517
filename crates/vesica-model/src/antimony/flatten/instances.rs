//! The tree of submodels. Symbols that are bound to each other (a port and its argument, `A is B`) become one.

use std::collections::HashMap;

use super::{Findings, Spot};
use crate::antimony::Library;
use crate::antimony::lexer::Place;
use crate::antimony::syntax::{Argument, Local, Module, Statement, Submodel};

/// Submodels inside submodels deeper than this are refused.
const DEEPEST: usize = 50;

/// More submodels than this are refused: a few lines can ask for 2^50 of them.
const MOST_INSTANCES: usize = 100_000;

/// One model at one place of the tree.
pub(super) struct Instance<'l> {
    pub module: &'l Module,
    /// `outer.inner.`, empty for the model that is flattened.
    pub prefix: String,
    pub depth: usize,
    /// Class of every symbol of the module.
    pub classes: Vec<usize>,
}

/// A symbol of one instance, before binding.
struct Raw {
    name: String,
    depth: usize,
    spot: Spot,
    is_broken: bool,
}

/// One symbol of the flat model: all symbols bound to each other, under the outermost name.
pub(super) struct Bound {
    pub name: String,
    pub depth: usize,
    pub spot: Spot,
    /// A fault in the name was already reported.
    pub is_broken: bool,
}

pub(super) struct Tree<'l> {
    pub instances: Vec<Instance<'l>>,
    pub bound: Vec<Bound>,
    /// Numbers handed over to ports: class, value, depth of the caller, instance of the caller, place.
    pub numbers: Vec<(usize, f64, usize, Spot)>,
}

/// Grows the tree of a model.
pub(super) fn grow<'l>(library: &'l Library, model: usize, findings: &mut Findings) -> Tree<'l> {
    let mut grower = Grower {
        library,
        instances: Vec::new(),
        children: HashMap::new(),
        raws: Vec::new(),
        parents: Vec::new(),
        numbers: Vec::new(),
        path: Vec::new(),
        findings,
    };
    let root = library.models[model].clone();
    grower.report_unread_imports(root.file);
    grower.grow(model, String::new());
    grower.finish()
}

struct Grower<'l, 'f, 'g> {
    library: &'l Library,
    instances: Vec<Instance<'l>>,
    children: HashMap<(usize, &'l str), usize>,
    raws: Vec<Raw>,
    /// Union-find: towards the outermost, first symbol.
    parents: Vec<usize>,
    numbers: Vec<(usize, f64, usize, Spot)>,
    /// Models on the way from the root.
    path: Vec<usize>,
    findings: &'g mut Findings<'f>,
}

impl<'l> Grower<'l, '_, '_> {
    /// Makes one instance with all that is in it; gives its index.
    fn grow(&mut self, model: usize, prefix: String) -> usize {
        let library = self.library;
        let module = &library.models[model];
        let depth = self.path.len();
        let index = self.instances.len();
        let own = module.symbols.iter().map(|symbol| {
            if symbol.path.contains('.') {
                return usize::MAX;
            }
            let name = format!("{prefix}{}", symbol.path);
            let spot = Spot { file: module.file, place: symbol.first };
            self.raws.push(Raw { name, depth, spot, is_broken: false });
            self.parents.push(self.parents.len());
            self.raws.len() - 1
        });
        let classes = own.collect();
        self.instances.push(Instance { module, prefix, depth, classes });
        self.path.push(model);
        for submodel in &module.submodels {
            self.add_child(index, submodel);
        }
        self.path.pop();
        self.resolve_dotted(index);
        for submodel in &module.submodels {
            self.bind(index, submodel);
        }
        self.unite_same(index);
        index
    }

    fn spot(&self, instance: usize, place: Place) -> Spot {
        Spot { file: self.instances[instance].module.file, place }
    }

    fn add_child(&mut self, index: usize, submodel: &'l Submodel) {
        let spot = self.spot(index, submodel.place);
        let module = self.instances[index].module;
        let Some(model) = self.library.find_model(&submodel.model) else {
            let near = self.findings.nearest(&submodel.model, self.library.models());
            let help = near.map_or("read the text that has it".to_string(), |near| format!("did you mean `{near}`?"));
            self.findings.report("E53", spot, format!("no model `{}`", submodel.model), help);
            return;
        };
        if self.path.contains(&model) || self.path.len() >= DEEPEST {
            let message = format!("model `{}` has itself as a part", submodel.model);
            self.findings.report("E60", spot, message, "take one of the submodels out");
            return;
        }
        if self.instances.len() >= MOST_INSTANCES {
            if self.instances.len() == MOST_INSTANCES {
                let message = format!("more than {MOST_INSTANCES} submodels");
                self.findings.report("E61", spot, message, "make a smaller model");
            }
            return;
        }
        if self.children.contains_key(&(index, submodel.name.as_str())) || module.index.contains_key(&submodel.name) {
            let message = format!("`{}` is the name of a submodel and of something else", submodel.name);
            self.findings.report("E52", spot, message, "give each its own name");
            return;
        }
        let file = self.library.models[model].file;
        if file != module.file {
            self.report_unread_imports(file);
        }
        let prefix = format!("{}{}.", self.instances[index].prefix, submodel.name);
        let child = self.grow(model, prefix);
        self.children.insert((index, submodel.name.as_str()), child);
    }

    fn report_unread_imports(&mut self, file: usize) {
        for (name, place) in self.library.unread_imports(file) {
            let spot = Spot { file, place };
            if self
                .findings
                .list
                .iter()
                .any(|found| found.code == "E62" && found.span == Some(self.findings.span(spot)))
            {
                continue;
            }
            let message = format!("the imported file \"{name}\" was not read");
            self.findings.report("E62", spot, message, "check its name; it is looked for beside this text");
        }
    }

    /// Finds what `submodel.name` means.
    fn resolve_dotted(&mut self, index: usize) {
        let module = self.instances[index].module;
        for (local, symbol) in module.symbols.iter().enumerate() {
            if self.instances[index].classes[local] == usize::MAX {
                self.instances[index].classes[local] = self.dotted(index, &symbol.path, symbol.first);
            }
        }
    }

    fn dotted(&mut self, index: usize, path: &'l str, place: Place) -> usize {
        let mut instance = index;
        let mut rest = path;
        while let Some((first, more)) = rest.split_once('.') {
            match self.children.get(&(instance, first)) {
                Some(child) => instance = *child,
                None => return self.no_submodel(index, path, first, place),
            }
            rest = more;
        }
        let module = self.instances[instance].module;
        match module.index.get(rest) {
            Some(local) => self.instances[instance].classes[*local],
            None => {
                let names = module.symbols.iter().map(|symbol| symbol.path.as_str());
                let near = self.findings.nearest(rest, names);
                let help = near.map_or(String::new(), |near| format!("did you mean `{near}`?"));
                let message = format!("no `{rest}` in model `{}`", module.name);
                self.broken(index, path, place, "E15", message, help)
            }
        }
    }

    fn no_submodel(&mut self, index: usize, path: &str, first: &str, place: Place) -> usize {
        const REFUSED: [&str; 18] = [
            "conversionFactor",
            "externalParameter",
            "coefficientOfVariation",
            "kurtosis",
            "median",
            "mode",
            "sampleSize",
            "skewness",
            "mean",
            "stdev",
            "standardDeviation",
            "variance",
            "distribution",
            "confidenceInterval",
            "credibleInterval",
            "interquartileRange",
            "range",
            "standardError",
        ];
        let module = self.instances[index].module;
        let is_property = path.split_once('.').is_some_and(|(_, ending)| REFUSED.contains(&ending));
        if is_property && module.index.contains_key(first) {
            let message = format!("uncertainties and conversion factors (`{path}`) are not read yet");
            return self.broken(index, path, place, "E51", message, "take it out".to_string());
        }
        let broken_child = module.submodels.iter().any(|submodel| submodel.name == first);
        if broken_child {
            // Its model is not known, which was said at the submodel.
            return self.quietly_broken(index, path, place);
        }
        let names = module.submodels.iter().map(|submodel| submodel.name.as_str());
        let near = self.findings.nearest(first, names);
        let help = near.map_or(String::new(), |near| format!("did you mean `{near}`?"));
        let message = format!("no submodel `{first}` in model `{}`", module.name);
        self.broken(index, path, place, "E15", message, help)
    }

    fn broken(
        &mut self,
        index: usize,
        path: &str,
        place: Place,
        code: &'static str,
        message: String,
        help: String,
    ) -> usize {
        let spot = self.spot(index, place);
        self.findings.report(code, spot, message, help);
        self.quietly_broken(index, path, place)
    }

    fn quietly_broken(&mut self, index: usize, path: &str, place: Place) -> usize {
        let spot = self.spot(index, place);
        let instance = &self.instances[index];
        let name = format!("{}{path}", instance.prefix);
        self.raws.push(Raw { name, depth: instance.depth, spot, is_broken: true });
        self.parents.push(self.parents.len());
        self.raws.len() - 1
    }

    /// Ports become the symbols that are handed over.
    fn bind(&mut self, index: usize, submodel: &'l Submodel) {
        let Some(child) = self.children.get(&(index, submodel.name.as_str())).copied() else { return };
        let ports: &[Local] = &self.instances[child].module.ports;
        if submodel.arguments.len() > ports.len() {
            let spot = self.spot(index, submodel.place);
            let message = format!(
                "`{}` hands {} names to model `{}`, which has {} ports",
                submodel.name,
                submodel.arguments.len(),
                submodel.model,
                ports.len()
            );
            self.findings.report("E54", spot, message, "hand over as many names as there are ports");
        }
        for (argument, port) in submodel.arguments.iter().zip(ports) {
            let inside = self.instances[child].classes[*port];
            match argument {
                Argument::Blank => {}
                Argument::Symbol(local) => self.unite(inside, self.instances[index].classes[*local]),
                Argument::Number(value, place) => {
                    let depth = self.instances[index].depth;
                    self.numbers.push((inside, *value, depth, self.spot(index, *place)));
                }
            }
        }
    }

    fn unite_same(&mut self, index: usize) {
        let module = self.instances[index].module;
        for statement in &module.statements {
            if let Statement::Same(left, right) = statement {
                let classes = &self.instances[index].classes;
                self.unite(classes[*left], classes[*right]);
            }
        }
    }

    fn root(&mut self, mut raw: usize) -> usize {
        while self.parents[raw] != raw {
            self.parents[raw] = self.parents[self.parents[raw]];
            raw = self.parents[raw];
        }
        raw
    }

    /// One symbol of two: the outer name stays; of equally outer ones the first.
    fn unite(&mut self, left: usize, right: usize) {
        let (left, right) = (self.root(left), self.root(right));
        let is_left_outer = (self.raws[left].depth, left) <= (self.raws[right].depth, right);
        let (outer, inner) = if is_left_outer { (left, right) } else { (right, left) };
        self.parents[inner] = outer;
        self.raws[outer].is_broken |= self.raws[inner].is_broken;
    }

    /// Numbers the classes by the order of their first symbols.
    fn finish(mut self) -> Tree<'l> {
        let roots: Vec<usize> = (0..self.raws.len()).map(|raw| self.root(raw)).collect();
        let mut class_of = vec![usize::MAX; roots.len()];
        let mut bound = Vec::new();
        for (raw, root) in roots.iter().enumerate() {
            if raw == *root {
                class_of[raw] = bound.len();
                let raw = &mut self.raws[raw];
                let name = std::mem::take(&mut raw.name);
                bound.push(Bound { name, depth: raw.depth, spot: raw.spot, is_broken: raw.is_broken });
            }
        }
        for instance in &mut self.instances {
            for class in &mut instance.classes {
                *class = class_of[roots[*class]];
            }
        }
        for number in &mut self.numbers {
            number.0 = class_of[roots[number.0]];
        }
        Tree { instances: self.instances, bound, numbers: self.numbers }
    }
}
