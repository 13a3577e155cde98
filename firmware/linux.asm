; The loader: a 64 KiB image for the top of the address space (images/linux.bin) that boots a real Linux on the described map.
; It is the BIOS of that machine: chipset and MTRRs set up, the described tables in memory, a bzImage loaded as the boot
; protocol says (Documentation/arch/x86/boot.rst), INT 15h answering with the described map.
; An image of its own beside firmware.bin: Linux' setup code runs at 0x10000, where that ROM runs, and what it does to a
; chipset and to other CPUs would change what its payload finds. The services are the same files.
; docs/judge.md says which fw_cfg files it reads.

        cpu     686
        bits    16
        org     0

%define ROM_SEGMENT 0x6000                      ; above setup code (0x10000) and command line (0x20000)
%include "layout.inc"
%include "linux/layout.inc"
%include "linux/mtrr.inc"

; --- entry points ----------------------------------------------------------------------------------------------
rom_start:
; From the reset vector, CS = the image.
reset:  cli
        cld
        mov     ax, ROM_SEGMENT
        mov     es, ax
        xor     si, si
        xor     di, di
        mov     cx, (rom_end - rom_start + 3) / 4
        cs rep  movsd
        jmp     ROM_SEGMENT:rom_main

rom_main:
        xor     ax, ax
        mov     ss, ax
        mov     sp, STACK_TOP
        mov     ax, ROM_SEGMENT
        mov     ds, ax
        mov     al, POST_ROM
        out     PORT_POST, al
        call    serial_init
        call    vectors_init
        mov     si, banner
        call    print
        call    chipset_init
        SET_MTRRS
        call    fw_cfg_init
        mov     si, no_fw_cfg
        jc      give_up
        call    int15_init_described
        mov     si, no_map
        jc      give_up
        call    bda_write
        call    set_mtrrs_of_others
        mov     al, POST_SERVICES
        out     PORT_POST, al
        jmp     load_linux

; Says the line at SI, tells QEMU's isa-debug-exit, and stops.
give_up:
        push    si
        mov     si, text_prefix
        call    print
        pop     si
        call    print
        mov     si, text_newline
        call    print
        mov     al, SIGNAL_GAVE_UP
        out     PORT_SIGNAL, al
.halt:  cli
        hlt
        jmp     .halt

; --- services ---------------------------------------------------------------------------------------------------
vectors_init:
        xor     ax, ax
        mov     es, ax
        xor     di, di
        mov     eax, (ROM_SEGMENT << 16) + int_ignore
        mov     cx, 256
        rep     stosd
        mov     word [es:0x10 * 4], int10_entry
        mov     word [es:0x11 * 4], int11_entry
        mov     word [es:0x12 * 4], int12_entry
        mov     word [es:0x13 * 4], int13_entry
        mov     word [es:0x15 * 4], int15_entry
        mov     word [es:0x16 * 4], int16_entry
        mov     word [es:0x1A * 4], int1a_entry
        mov     al, 0xFF                        ; every interrupt line masked, as Linux expects to find it
        out     0x21, al
        out     0xA1, al
        ret

; INT 13h: there is no disk.
int13_entry:
        mov     ah, 1
        jmp     int15_fail

; INT 16h: no key was pressed, no shift key is held (AH=02h), and the repeat rate (AH=03h) is nobody's concern.
int16_entry:
        cmp     ah, 2
        jne     int_ignore
        xor     al, al
        iret

; INT 1Ah: the tick count stands still (AH=00h); no clock, no PCI BIOS.
int1a_entry:
        test    ah, ah
        jnz     int15_fail
        xor     cx, cx
        xor     dx, dx
        xor     al, al
        jmp     int15_ok

%include "services.inc"
%include "linux/chipset.inc"
%include "linux/others.inc"
%include "linux/load.inc"
%include "linux/params.inc"
%include "linux/fit.inc"
%include "linux/text.inc"
%include "fwcfg.inc"
%include "int15.inc"
%include "smp/start.inc"

e820_own:                                       ; this ROM makes no map of its own: without a described one it gives up
        align   16
rom_end:
%if rom_end - rom_start > ROM_MAX
  %error "the ROM is longer than what it demands of base memory"
%endif

        times   0xFFF0 - ($ - $$) db 0xFF
        jmp     near reset                      ; near: wherever CS points
        db      '11/29/26', 0                   ; where a BIOS keeps its date
        times   0x10000 - ($ - $$) db 0xFF
