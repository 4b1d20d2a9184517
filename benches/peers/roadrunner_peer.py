"""libRoadRunner: loads, follows one trajectory, and runs parameter sets one after another."""
import peer
import roadrunner

roadrunner.Logger.setLevel(roadrunner.Logger.LOG_CRITICAL)
loaded = {}


def model(sbml):
    if sbml not in loaded:
        loaded.clear()
        loaded[sbml] = roadrunner.RoadRunner(sbml)
        loaded[sbml].integrator.maximum_num_steps = 10_000_000
    return loaded[sbml]


def about():
    return {"version": roadrunner.getVersionStr(roadrunner.VERSIONSTR_BASIC)}


def load(sbml, budget):
    text = open(sbml, encoding="utf-8").read()
    return {"seconds": peer.repeated(lambda: roadrunner.RoadRunner(text), budget)}


def set_tolerances(runner, rtol, atol):
    runner.integrator.relative_tolerance = rtol
    runner.integrator.absolute_tolerance = atol


def run(sbml, until, points, rtol, atol, budget, species):
    """The way back to the start and the choice of tolerances are not counted."""
    runner, result = model(sbml), []
    set_tolerances(runner, rtol, atol)
    runner.timeCourseSelections = ["time"] + [f"[{name}]" for name in species]
    seconds = peer.repeated(lambda: result.append(runner.simulate(0, until, points)), budget,
                            before=lambda: (result.clear(), runner.resetToOrigin()))
    return {"seconds": seconds, "values": peer.finite(result[0][:, 1:])}


def ensemble(sbml, until, points, rtol, atol, species, parameters, factors, values):
    """Each set: the parameters times its factors. Going back and setting parameters is not counted."""
    runner, rows, seconds, failed = model(sbml), [], 0.0, 0
    runner.resetToOrigin()
    base = [runner[name] for name in parameters]
    set_tolerances(runner, rtol, atol)
    runner.timeCourseSelections = ["time"] + [f"[{name}]" for name in species]
    for each in factors:
        runner.resetToOrigin()
        for name, value, factor in zip(parameters, base, each):
            runner[name] = value * factor
        now = peer.time.perf_counter()
        try:
            result = runner.simulate(0, until, points)
            seconds += peer.time.perf_counter() - now
        except RuntimeError:
            failed += 1
            result = None
        if values:
            rows.append(None if result is None else peer.finite(result[:, 1:]))
    return {"seconds": seconds, "failed": failed, "values": rows}


peer.serve({"about": about, "load": load, "run": run, "ensemble": ensemble})
