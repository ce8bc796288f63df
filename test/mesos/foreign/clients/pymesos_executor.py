"""An executor made with pymesos: answers each task with its data in capitals; "wait" is one that ends only when it is killed."""

import threading

from addict import Dict
from pymesos import Executor, MesosExecutorDriver, decode_data, encode_data


class Shouting(Executor):
    def update(self, driver, task_id, state, data=b''):
        status = Dict()
        status.task_id = task_id
        status.state = state
        if data:
            status.data = encode_data(data)
        driver.sendStatusUpdate(status)

    def launchTask(self, driver, task):
        def work():
            data = decode_data(task.data)
            self.update(driver, task.task_id, 'TASK_RUNNING')
            if data != b'wait':
                driver.sendFrameworkMessage(encode_data(b'working on ' + data))
                self.update(driver, task.task_id, 'TASK_FINISHED', data.upper())

        threading.Thread(target=work).start()

    def frameworkMessage(self, driver, message):
        driver.sendFrameworkMessage(encode_data(b'heard ' + decode_data(message)))

    def killTask(self, driver, task_id):
        self.update(driver, task_id, 'TASK_KILLED')


MesosExecutorDriver(Shouting(), use_addict=True).run()
