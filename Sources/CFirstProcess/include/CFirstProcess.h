/// What has to run before the Swift runtime begins, in the probe alone: executables that do not link this are not touched.
#ifndef KERNAUT_CFIRSTPROCESS_H
#define KERNAUT_CFIRSTPROCESS_H

#ifdef __cplusplus
extern "C" {
#endif

/// Does nothing; to name it links what runs before.
void kernaut_first_process_link(void);

#ifdef __cplusplus
}
#endif

#endif
