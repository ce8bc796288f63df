"""Builds the libraries that Mesos' own asks for and does not use here: Python 2, OpenSSL 1.0 and libcurl.

    make_stand_ins.py LIBRARY DIRECTORY

Each function in them ends the process and says its name; each version of a symbol is there under its name.
"""

import collections
import os
import re
import subprocess
import sys

library, directory = sys.argv[1:]
os.makedirs(directory, exist_ok=True)

wanted = collections.defaultdict(set)
for line in subprocess.check_output(['nm', '-D', library], text=True).splitlines():
    fields = line.split()
    if len(fields) != 2 or fields[0] != 'U':
        continue
    name, _, version = fields[1].partition('@')
    if version.startswith('OPENSSL'):
        of_ssl = name.startswith('SSL') or 'SSLv23' in name or 'TLS' in name
        wanted['ssl' if of_ssl else 'crypto'].add((name, version))
    elif version.startswith('CURL'):
        wanted['curl'].add((name, version))
    elif re.match('_?Py', name):
        wanted['python'].add((name, ''))

# Each version has to exist, also where no symbol of it is asked for.
for version in ('OPENSSL_1.0.0', 'OPENSSL_1.0.1', 'OPENSSL_1.0.2'):
    for kind in ('ssl', 'crypto'):
        wanted[kind].add(('%s_%s' % (kind, version.replace('.', '_')), version))

# Mesos calls the first; the others are data.
HARMLESS = {'curl_global_init'}
DATA = {'_Py_NoneStruct', 'PyExc_TypeError', 'PyExc_Exception'}


def build(kind, file_name):
    symbols = sorted(wanted[kind])
    source = os.path.join(directory, kind + '.c')
    with open(source, 'w') as out:
        out.write('#include <stdio.h>\n#include <stdlib.h>\n')
        for name, _ in symbols:
            if name in DATA:
                out.write('char %s[4096];\n' % name)
            elif name in HARMLESS:
                out.write('long %s() { return 0; }\n' % name)
            else:
                out.write('long %s() { fprintf(stderr, "%s was called\\n"); abort(); }\n' % (name, name))
    flags = ['-shared', '-fPIC', '-w', '-Wl,-soname,' + file_name]
    versions = collections.defaultdict(list)
    for name, version in symbols:
        if version:
            versions[version].append(name)
    if versions:
        script = os.path.join(directory, kind + '.map')
        before = ''
        with open(script, 'w') as out:
            for version in sorted(versions):
                out.write('%s { global: %s; }%s;\n' % (version, '; '.join(versions[version]), before))
                before = ' ' + version
        flags.append('-Wl,--version-script=' + script)
    subprocess.check_call(['g++', '-x', 'c'] + flags + ['-o', os.path.join(directory, file_name), source])


build('ssl', 'libssl.so.1.0.0')
build('crypto', 'libcrypto.so.1.0.0')
build('curl', 'libcurl.so.4')
build('python', 'libpython-stand-in.so')
