; The first and only process of a kernel under judgement (images/init-64, images/init-32): prints what /proc and /sys tell of
; memory on the second serial port, each file between a line "=== BEGIN path" and a line "=== FINISH", then "=== ALLDONE", and
; ends the machine: by isa-debug-exit, else by power off, else by a restart.
; Where the initramfs has a file /symbols, the lines of /proc/kallsyms for the names in it (one a line) are printed as well.
; Built for -DWIDTH=64 and -DWIDTH=32 without a C library: a static ELF file of 2 KiB.

%include "init/abi.inc"
%include "init/elf.inc"

start:  mov     A0, proc
        mov     A1, proc_at
        mov     A2, proc
        call    mount
        mov     A0, sysfs
        mov     A1, sysfs_at
        mov     A2, sysfs
        call    mount
        mov     A0, serial
        mov     A1, O_WRONLY | O_NOCTTY
        SYS     OPEN
        jns     .opened
        mov     A0, console
        mov     A1, O_WRONLY | O_NOCTTY
        SYS     OPEN
.opened:
        mov     [tty], rAX
        mov     rBP, files
.file:  cmp     byte [rBP], 0
        je      .folders
        call    show
        call    next_string
        jmp     .file
.folders:
        mov     rBP, folders
.folder:
        cmp     byte [rBP], 0
        je      .symbols
        call    show_folder
        jmp     .folder
.symbols:
        call    show_symbols
        mov     rSI, all_done
        call    puts
        mov     A0, [tty]
        mov     A1, TCSBRK
        mov     A2, 1
        SYS     IOCTL
        mov     A0, PORT_SIGNAL
        mov     A1, 1
        mov     A2, 1
        SYS     IOPERM
        js      .off
        mov     al, SIGNAL_DONE
        out     PORT_SIGNAL, al
.off:   mov     A2, REBOOT_OFF
        call    reboot
        mov     A2, REBOOT_RESTART
        call    reboot
.stay:  pause
        jmp     .stay

mount:  xor     A3, A3
        xor     A4, A4
        SYS     MOUNT
        ret

reboot: mov     A0, REBOOT_MAGIC1
        mov     A1, REBOOT_MAGIC2
        SYS     REBOOT
        ret

; rBP behind the zero that ends the string it points at.
next_string:
        inc     rBP
        cmp     byte [rBP - 1], 0
        jne     next_string
        ret

; The string at rSI to the serial port.
puts:   mov     rDI, rSI
.length:
        cmp     byte [rDI], 0
        je      .found
        inc     rDI
        jmp     .length
.found: sub     rDI, rSI
        mov     [io_at], rSI
        mov     [io_left], rDI
; [io_left] bytes at [io_at].
write_all:
        cmp     LONG [io_left], 0
        je      .done
        mov     A0, [tty]
        mov     A1, [io_at]
        mov     A2, [io_left]
        SYS     WRITE
        jle     .done
        add     [io_at], rAX
        sub     [io_left], rAX
        jmp     write_all
.done:  ret

; The file whose path is at rBP, between its lines; nothing where it cannot be opened.
show:   mov     A0, rBP
        xor     A1, A1
        SYS     OPEN
        js      .done
        mov     [file], rAX
        call    begin
.read:  call    read_file
        jle     .end
        mov     LONG [io_at], buffer
        mov     [io_left], rAX
        call    write_all
        jmp     .read
.end:   mov     rSI, finish_line
        call    puts
        mov     A0, [file]
        SYS     CLOSE
.done:  ret

begin:  mov     rSI, begin_line
        call    puts
        mov     rSI, rBP
        call    puts
        mov     rSI, newline
        jmp     puts

; Up to a buffer of [file]; the number of bytes in rAX, flags set by it.
read_file:
        mov     A0, [file]
        mov     A1, buffer
        mov     A2, BUFFER_BYTES
        SYS     READ
        ret

%include "init/folder.inc"
%include "init/symbols.inc"

proc:       db 'proc', 0
proc_at:    db '/proc', 0
sysfs:      db 'sysfs', 0
sysfs_at:   db '/sys', 0
serial:     db '/dev/ttyS1', 0
console:    db '/dev/console', 0
begin_line: db '=== BEGIN ', 0
finish_line: db '=== FINISH'
newline:    db 10, 0
all_done:   db '=== ALLDONE', 10, 0

files:  db '/proc/version', 0
        db '/proc/cmdline', 0
        db '/proc/zoneinfo', 0
        db '/proc/buddyinfo', 0
        db '/proc/pagetypeinfo', 0
        db '/proc/iomem', 0
        db '/proc/meminfo', 0
        db '/proc/vmstat', 0
        db '/proc/cpuinfo', 0
        db '/sys/devices/system/node/possible', 0
        db '/sys/devices/system/node/online', 0
        db '/sys/devices/system/node/has_memory', 0
        db '/sys/devices/system/node/has_normal_memory', 0
        db '/sys/devices/system/node/has_cpu', 0
        db '/sys/devices/system/cpu/possible', 0
        db '/sys/devices/system/cpu/present', 0
        db '/sys/devices/system/cpu/online', 0
        db 0

; A folder, what the names in it begin with, and the files in each.
folders:
        db '/sys/devices/system/node', 0, 'node', 0
        db 'cpulist', 0, 'distance', 0, 'meminfo', 0, 0
        db '/sys/firmware/memmap', 0, 0
        db 'start', 0, 'end', 0, 'type', 0, 0
        db 0
file_end:

        absolute file_end
        alignb  16
tty:        rl 1
file:       rl 1
folder:     rl 1
io_at:      rl 1
io_left:    rl 1
entry_at:   rl 1
entries_end: rl 1
parts:      rl 1
prefix:     rl 1
line_at:    rl 1
path:       resb 512
buffer:     resb BUFFER_BYTES
entries:    resb BUFFER_BYTES
line:       resb LINE_BYTES
names:      resb BUFFER_BYTES
memory_end:
