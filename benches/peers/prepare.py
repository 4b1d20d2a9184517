"""Models in the forms that each tool reads: SBML from Antimony and Antimony from SBML, by libAntimony."""
import os

import antimony
import libsbml
import peer


def sbml_of(text, path):
    """Writes Antimony as SBML."""
    antimony.clearPreviousLoads()
    if antimony.loadAntimonyString(text) < 0:
        raise RuntimeError(antimony.getLastError())
    antimony.writeSBMLFile(path, antimony.getMainModuleName())
    return path


# Sections of libAntimony's text that say nothing of what is computed.
ANNOTATION = {"Interactions", "Unit definitions", "Display Names", "SBO terms", "CV terms", "Notes"}


def antimony_of(path):
    """The text by libAntimony, without annotation."""
    antimony.clearPreviousLoads()
    if antimony.loadSBMLFile(path) < 0:
        raise RuntimeError(antimony.getLastError())
    kept, keeps, is_quoted = [], True, False
    for line in antimony.getAntimonyString(antimony.getMainModuleName()).splitlines():
        if not is_quoted and line.startswith("  // ") and line.endswith(":"):
            keeps = line[5:-1] not in ANNOTATION
        elif not is_quoted and line == "end":
            keeps = True
        elif not is_quoted and line[:1].isalpha() and " is " in line:
            continue
        is_quoted ^= line.count("```") % 2 == 1
        if keeps:
            kept.append(line)
    return "\n".join(kept) + "\n"


def followed(path):
    """What both tools integrate and report: species that are neither constant, boundary nor ruled."""
    model = libsbml.readSBML(path).getModel()
    ruled = {model.getRule(i).getVariable() for i in range(model.getNumRules())}
    species = [model.getSpecies(i) for i in range(model.getNumSpecies())]
    return [s.getId() for s in species if not (s.getBoundaryCondition() or s.getConstant() or s.getId() in ruled)]


def amounts(path):
    model = libsbml.readSBML(path).getModel()
    species = [model.getSpecies(i) for i in range(model.getNumSpecies())]
    return {s.getId(): s.getInitialAmount() for s in species}


def model(file, folder):
    """Both forms of one model, whichever it comes in, with the same content."""
    name = os.path.splitext(os.path.basename(file))[0]
    text = open(file, encoding="utf-8").read() if file.endswith(".ant") else antimony_of(file)
    sbml = sbml_of(text, os.path.join(folder, name + ".xml"))
    return {"antimony": text, "sbml": sbml, "species": followed(sbml)}


def counted(file, folder):
    """The same with a species `Nev` that every reaction makes one of, so that events are counted in the timed run."""
    path = os.path.join(folder, "counted_" + os.path.basename(file)[:-4] + ".xml")
    antimony.clearPreviousLoads()
    if antimony.loadAntimonyFile(file) < 0:
        raise RuntimeError(antimony.getLastError())
    document = libsbml.readSBMLFromString(antimony.getSBMLString(antimony.getMainModuleName()))
    net = document.getModel()
    counter = net.getSpecies(0).clone()
    counter.setId("Nev")
    counter.setName("")
    counter.unsetMetaId()
    counter.setInitialAmount(0.0)
    net.addSpecies(counter)
    for i in range(net.getNumReactions()):
        reaction = net.getReaction(i)
        reaction.setReversible(False)
        product = reaction.createProduct()
        product.setSpecies("Nev")
        product.setStoichiometry(1.0)
        product.setConstant(True)
    libsbml.writeSBMLToFile(document, path)
    return {"sbml": path, "amounts": amounts(path)}


peer.serve({"model": model, "counted": counted})
