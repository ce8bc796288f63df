"""A command executor, over the v1 executor API of the agent by pymesos."""

import os
import signal
import subprocess
import threading
import time

from addict import Dict
from pymesos import Executor, MesosExecutorDriver

from ends_with_parent import end_with_parent

# Of a command, a moment for its last status to be acknowledged.
LINGER_SECONDS = 1


class CommandExecutor(Executor):
    def __init__(self):
        self.processes = {}
        self.killed = set()

    def update(self, driver, task_id, state, message=None):
        status = Dict()
        status.task_id.value = task_id
        status.state = state
        status.timestamp = time.time()
        if message:
            status.message = message
        driver.sendStatusUpdate(status)

    def launchTask(self, driver, task):
        command = task.command
        environment = dict(os.environ)
        for one in command.environment.variables or []:
            environment[one.name] = one.value
        is_shell = command.get('shell', True)
        arguments = ['/bin/sh', '-c', command.value] if is_shell else list(command.arguments or [command.value])
        task_id = task.task_id.value

        def before():
            os.setsid()
            end_with_parent()

        process = subprocess.Popen(
            arguments, executable=None if is_shell else command.value, env=environment, preexec_fn=before
        )
        self.processes[task_id] = process
        self.update(driver, task_id, 'TASK_RUNNING')

        def wait():
            code = process.wait()
            if task_id in self.killed:
                state = 'TASK_KILLED'
            else:
                state = 'TASK_FINISHED' if code == 0 else 'TASK_FAILED'
            how = 'exited with status %d' % code if code >= 0 else 'terminated with signal %d' % -code
            self.update(driver, task_id, state, 'Command ' + how)
            time.sleep(LINGER_SECONDS)
            driver.stop()

        # Whoever starts a process has to stay, for it to end with them.
        threading.Thread(target=wait).start()

    def killTask(self, driver, task_id):
        process = self.processes.get(task_id['value'])
        if process:
            self.killed.add(task_id['value'])
            os.killpg(process.pid, signal.SIGTERM)

    def shutdown(self, driver):
        for process in self.processes.values():
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


MesosExecutorDriver(CommandExecutor(), use_addict=True).run()
