"""COPASI: loads, follows one trajectory, and runs the direct method."""
import COPASI
import peer

loaded = {}


def imported(sbml):
    data = COPASI.CRootContainer.addDatamodel()
    if not data.importSBML(sbml):
        raise RuntimeError("refuses the file")
    return data


def model(sbml):
    if sbml not in loaded:
        for data in loaded.values():
            COPASI.CRootContainer.removeDatamodel(data)
        loaded.clear()
        loaded[sbml] = imported(sbml)
    return loaded[sbml]


def about():
    return {"version": COPASI.CVersion.VERSION.getVersion()}


def load(sbml, budget):
    made = []
    return {"seconds": peer.repeated(lambda: made.append(imported(sbml)), budget,
                                     after=lambda: COPASI.CRootContainer.removeDatamodel(made.pop()))}


def course(data, method, until, points):
    task = data.getTask("Time-Course")
    task.setMethodType(method)
    problem = task.getProblem()
    problem.setDuration(until)
    problem.setStepNumber(points - 1)
    problem.setTimeSeriesRequested(True)
    problem.setAutomaticStepSize(False)
    return task, task.getMethod()


def prepare(task):
    COPASI.CCopasiMessage.clearDeque()
    if not task.initialize(COPASI.CCopasiTask.OUTPUT_UI):
        raise RuntimeError(COPASI.CCopasiMessage.getAllMessageText()[:200])


def process(task):
    if not task.process(True):
        raise RuntimeError(COPASI.CCopasiMessage.getAllMessageText()[:200])


def run(sbml, until, points, rtol, atol, budget, species):
    """Preparing and restoring the task are not counted."""
    data = model(sbml)
    task, method = course(data, COPASI.CTaskEnum.Method_deterministic, until, points)
    method.getParameter("Max Internal Steps").setUIntValue(10_000_000)
    method.getParameter("Relative Tolerance").setDblValue(rtol)
    method.getParameter("Absolute Tolerance").setDblValue(atol)
    seconds = peer.repeated(lambda: process(task), budget, before=lambda: prepare(task), after=task.restore)
    series = task.getTimeSeries()
    column = {series.getSBMLId(k, data): k for k in range(series.getNumVariables())}
    places = [column[name] for name in species]
    rows = [[series.getConcentrationData(i, k) for k in places] for i in range(series.getRecordedSteps())]
    return {"seconds": seconds, "values": peer.finite(rows)}


def exact(sbml, amounts, until, seeds):
    """The direct method: seconds, events (species `Nev` counts them) and the amounts at the end of each run."""
    data = model(sbml)
    net = data.getModel()
    net.setQuantityUnitAsString("#") if hasattr(net, "setQuantityUnitAsString") else net.setQuantityUnit("#", 1)
    for i in range(net.getNumMetabs()):  # the file's amounts are molecules, volume 1
        one = net.getMetabolite(i)
        one.setInitialConcentration(amounts[one.getSBMLId()])
        one.setInitialValue(amounts[one.getSBMLId()])
    net.updateInitialValues(COPASI.CCore.Framework_ParticleNumbers)
    task, method = course(data, COPASI.CTaskEnum.Method_directMethod, until, 2)
    limit = method.getParameter("Max Internal Steps")
    if limit is not None:
        limit.setIntValue(1_000_000_000)
    method.getParameter("Use Random Seed").setBoolValue(True)
    seconds, ends = [], []
    for seed in seeds:
        method.getParameter("Random Seed").setUIntValue(seed)
        prepare(task)
        now = peer.time.perf_counter()
        process(task)
        seconds.append(peer.time.perf_counter() - now)
        series, last = task.getTimeSeries(), task.getTimeSeries().getRecordedSteps() - 1
        ends.append({series.getSBMLId(k, data): series.getData(last, k) for k in range(series.getNumVariables())})
        task.restore()
    return {"seconds": seconds, "ends": ends}


peer.serve({"about": about, "load": load, "run": run, "exact": exact})
