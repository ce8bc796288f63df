"""A framework made with pymesos: tasks in its own executor, one of which it kills.

    pymesos_scheduler.py MASTER

Ends when all have ended and everything has been acknowledged; prints as JSON what it has heard.
"""

import json
import os
import sys
import threading

from addict import Dict
from pymesos import MesosSchedulerDriver, Scheduler, decode_data, encode_data

DATA = ['one', 'two', 'three', 'wait']
CPUS, MEMORY = 0.25, 32


class Framework(Scheduler):
    def __init__(self):
        self.left = list(DATA)
        self.states = {}
        self.answers = {}
        self.messages = []
        self.over = threading.Event()

    def executor(self):
        info = Dict()
        info.executor_id.value = 'shouting'
        info.name = 'shouting'
        info.command.value = '%s %s' % (
            sys.executable,
            os.path.join(os.path.dirname(os.path.realpath(__file__)), 'pymesos_executor.py'),
        )
        info.resources = resources()
        return info

    def resourceOffers(self, driver, offers):
        for offer in offers:
            cpus = sum(one.scalar.value for one in offer.resources if one.name == 'cpus')
            tasks = []
            # One share is the executor's.
            while self.left and cpus >= CPUS * (len(tasks) + 2):
                data = self.left.pop(0)
                task = Dict()
                task.task_id.value = task.name = 'task-' + data
                task.agent_id = offer.agent_id
                task.resources = resources()
                task.executor = self.executor()
                task.data = encode_data(data.encode())
                tasks.append(task)
            if tasks:
                driver.launchTasks(offer.id, tasks)
            else:
                driver.declineOffer(offer.id)

    def statusUpdate(self, driver, update):
        task = update.task_id.value
        self.states.setdefault(task, []).append(update.state)
        if update.data:
            self.answers[task] = decode_data(update.data).decode()
        if task == 'task-wait' and update.state == 'TASK_RUNNING':
            driver.sendFrameworkMessage(self.executor().executor_id, update.agent_id, encode_data(b'you'))
            driver.killTask(update.task_id)
        self.look()

    def frameworkMessage(self, driver, executor_id, agent_id, message):
        self.messages.append(decode_data(message).decode())
        self.look()

    def look(self):
        ended = [states[-1] for states in self.states.values() if states[-1] != 'TASK_RUNNING']
        if len(ended) == len(DATA) and len(self.messages) == len(DATA):
            self.over.set()

    def error(self, driver, message):
        print(message, file=sys.stderr)
        os._exit(1)


def resources():
    return [
        {'name': 'cpus', 'type': 'SCALAR', 'scalar': {'value': CPUS}},
        {'name': 'mem', 'type': 'SCALAR', 'scalar': {'value': MEMORY}},
    ]


framework = Framework()
driver = MesosSchedulerDriver(framework, {'user': 'root', 'name': 'pymesos'}, sys.argv[1], use_addict=True)
driver.start()
framework.over.wait()
driver.stop()
driver.join()
heard = {'states': framework.states, 'answers': framework.answers, 'messages': sorted(framework.messages)}
print(json.dumps(heard, sort_keys=True))
