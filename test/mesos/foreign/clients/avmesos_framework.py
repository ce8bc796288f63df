"""A framework made with avmesos: commands as tasks, one of which it kills.

    avmesos_framework.py http://MASTER

Ends when all have ended; prints as JSON what it has heard.
"""

import json
import logging
import os
import sys

from avmesos.client import MesosClient

COMMANDS = {'well': 'true', 'badly': 'exit 3', 'long': 'sleep 600'}

logging.basicConfig(level=logging.WARNING)
client = MesosClient(mesos_urls=[sys.argv[1]], frameworkName='avmesos')
left = list(COMMANDS.items())
states = {}
driver = None


def subscribed(its_driver):
    global driver
    driver = its_driver


def offers(offers):
    for offer in offers:
        tasks = []
        while left:
            name, command = left.pop()
            tasks.append(
                {
                    'name': name,
                    'task_id': {'value': name},
                    'agent_id': offer.get_offer()['agent_id'],
                    'resources': [
                        {'name': 'cpus', 'type': 'SCALAR', 'scalar': {'value': 0.5}},
                        {'name': 'mem', 'type': 'SCALAR', 'scalar': {'value': 64}},
                    ],
                    'command': {'value': command},
                }
            )
        if tasks:
            offer.accept(tasks)
        else:
            offer.decline()


def update(update):
    status = update['status']
    name = status['task_id']['value']
    states.setdefault(name, []).append(status['state'])
    if name == 'long' and status['state'] == 'TASK_RUNNING':
        driver.kill(status['agent_id']['value'], name)
    if all(states.get(one, [''])[-1] in ('TASK_FINISHED', 'TASK_FAILED', 'TASK_KILLED') for one in COMMANDS):
        driver.tearDown()
        print(json.dumps(states, sort_keys=True))
        sys.stdout.flush()
        os._exit(0)


client.on(MesosClient.SUBSCRIBED, subscribed)
client.on(MesosClient.OFFERS, offers)
client.on(MesosClient.UPDATE, update)
client.register()
