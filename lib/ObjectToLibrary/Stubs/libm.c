// Stands in for glibc's libm.so.6 when mimoc links a model: names and versions, nothing that could run. See CMakeLists.txt.
#define STUB(name) void name(void) {}
STUB(acos) STUB(acosf) STUB(acosh) STUB(acoshf) STUB(asin) STUB(asinf) STUB(asinh) STUB(asinhf) STUB(atan)
STUB(atan2) STUB(atan2f) STUB(atanf) STUB(atanh) STUB(atanhf) STUB(cbrt) STUB(cbrtf) STUB(ceil) STUB(ceilf)
STUB(copysign) STUB(copysignf) STUB(cos) STUB(cosf) STUB(cosh) STUB(coshf) STUB(erf) STUB(erfc) STUB(erfcf)
STUB(erff) STUB(expm1) STUB(expm1f) STUB(fabs) STUB(fabsf) STUB(floor) STUB(floorf) STUB(fma) STUB(fmaf) STUB(fmax)
STUB(fmaxf) STUB(fmin) STUB(fminf) STUB(fmod) STUB(fmodf) STUB(hypot) STUB(hypotf) STUB(ldexp) STUB(ldexpf)
STUB(log10) STUB(log10f) STUB(log1p) STUB(log1pf) STUB(nearbyint) STUB(nearbyintf) STUB(rint) STUB(rintf) STUB(round)
STUB(roundf) STUB(sin) STUB(sincos) STUB(sincosf) STUB(sinf) STUB(sinh) STUB(sinhf) STUB(sqrt) STUB(sqrtf) STUB(tan)
STUB(tanf) STUB(tanh) STUB(tanhf) STUB(tgamma) STUB(tgammaf) STUB(trunc) STUB(truncf) STUB(roundeven)
STUB(roundevenf) STUB(lgamma) STUB(lgammaf) STUB(exp2f) STUB(expf) STUB(log2f) STUB(logf) STUB(powf) STUB(exp)
STUB(exp2) STUB(log) STUB(log2) STUB(pow)
