/* exp, tanh and log of the system, moved by one last bit: as another system might round them. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <math.h>

#define MOVED(name)                                              \
    double name(double x) {                                      \
        static double (*of_the_system)(double);                  \
        if (!of_the_system) of_the_system = dlsym(RTLD_NEXT, #name); \
        return nextafter(of_the_system(x), INFINITY);            \
    }

MOVED(exp)
MOVED(tanh)
MOVED(log)
