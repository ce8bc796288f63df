// Runs the master and agents of Apache Mesos in one process. Its library for Python, which is what there is of Mesos as a
// package, carries the whole of it, `local::launch` too; here that is called without Python.
//   loader LIBRARY STAND_IN_FOR_PYTHON WORK_DIRECTORY AGENTS
// Flags of master and agents come from the environment (MESOS_…, LIBPROCESS_…).
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <new>
#include <string>
#include <unistd.h>

// Option<std::string> as Mesos lays it out: 0 is "some", 1 is "none".
struct OptionalString {
  int state;
  alignas(8) char value[32];
  OptionalString() : state(1) {}
  OptionalString(const char *text) : state(0) { new (value) std::string(text); }
};

// Offsets in mesos::internal::local::Flags of 1.11.0.
const int WORK_DIRECTORY = 8;
const int NUMBER_OF_AGENTS = 40;

static void *load(const char *path, int mode) {
  void *library = dlopen(path, mode | RTLD_GLOBAL);
  if (!library) {
    fprintf(stderr, "%s\n", dlerror());
    exit(1);
  }
  return library;
}

template <class T> static T function(void *library, const char *name) {
  void *address = dlsym(library, name);
  if (!address) {
    fprintf(stderr, "%s\n", dlerror());
    exit(1);
  }
  return reinterpret_cast<T>(address);
}

int main(int count, char **arguments) {
  if (count != 5) {
    fprintf(stderr, "usage: loader LIBRARY STAND_IN_FOR_PYTHON WORK_DIRECTORY AGENTS\n");
    return 2;
  }
  load(arguments[2], RTLD_NOW);
  void *mesos = load(arguments[1], RTLD_LAZY);

  auto startLogging = function<void (*)(const std::string &, bool, const void *)>(
      mesos, "_ZN5mesos8internal7logging10initializeERKNSt7__cxx1112basic_stringIcSt11char_"
             "traitsIcESaIcEEEbRK6OptionINS1_5FlagsEE");
  auto startProcesses = function<bool (*)(const void *, const void *, const void *)>(
      mesos, "_ZN7process10initializeERK6OptionINSt7__cxx1112basic_stringIcSt11char_"
             "traitsIcESaIcEEEES9_S9_");
  auto makeFlags =
      function<void (*)(void *)>(mesos, "_ZN5mesos8internal5local5FlagsC1Ev");
  auto launch = function<void *(*)(void *, const void *, void *)>(
      mesos, "_ZN5mesos8internal5local6launchERKNS1_5FlagsEPNS_9allocator9AllocatorE");

  static char noFlags[65536];
  *reinterpret_cast<int *>(noFlags) = 1;
  startLogging("mesos-local", false, noFlags);

  OptionalString delegate("master"), none;
  startProcesses(&delegate, &none, &none);

  static char flags[65536];
  makeFlags(flags);
  *reinterpret_cast<std::string *>(flags + WORK_DIRECTORY) = arguments[3];
  *reinterpret_cast<int *>(flags + NUMBER_OF_AGENTS) = atoi(arguments[4]);
  static char result[4096];
  launch(result, flags, nullptr);
  for (;;) pause();
}
