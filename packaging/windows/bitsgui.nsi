; The installer for Windows: for one user, without administrator's rights. build.py gives the values and the lists of
; files. setup.exe /S installs without a question, /D=FOLDER (last, without quotes) says where.
; Exit status: 0 done, 1 stopped by the person, 2 could not (bitsgui is running, or its files are not to be replaced).

Unicode true
!ifndef NSIS_WIN32_MAKENSIS
Target amd64-unicode ; Debian's makensis has both kinds; Qt is 64-bit anyway
!endif
SetCompressor /SOLID lzma
ManifestDPIAware true
RequestExecutionLevel user

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh

!define APP "bitsgui"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${APP}"
!define RUN_KEY "Software\Microsoft\Windows\CurrentVersion\Run"
!define URL_CLASS "${APP}.Url"

Name "${APP}"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\${APP}"
InstallDirRegKey HKCU "Software\${APP}" "InstallDir"

VIProductVersion "${NUMBERS}"
VIAddVersionKey "ProductName" "${APP}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Installer of ${APP}"
VIAddVersionKey "LegalCopyright" "MIT licence"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\${APP}.exe"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE English

; A program that runs holds its file: better said now than half way.
!macro StopIfRunning
  ${If} ${FileExists} "$INSTDIR\${APP}.exe"
    ClearErrors
    FileOpen $0 "$INSTDIR\${APP}.exe" a
    ${If} ${Errors}
      MessageBox MB_ICONEXCLAMATION|MB_OK "${APP} is running. Quit it, then try again." /SD IDOK
      SetErrorLevel 2
      Quit
    ${EndIf}
    FileClose $0
  ${EndIf}
!macroend

Section "!${APP}" SectionProgram
  SectionIn RO
  !insertmacro StopIfRunning
  ; An older version takes its own files away: what the new one no longer has would stay. Settings and autostart stay.
  ReadRegStr $1 HKCU "Software\${APP}" "InstallDir"
  ${If} $1 == $INSTDIR
  ${AndIf} ${FileExists} "$INSTDIR\uninstall.exe"
    ExecWait '"$INSTDIR\uninstall.exe" /S /UPGRADE _?=$INSTDIR' $2
    ${If} $2 <> 0
      SetErrorLevel 2
      Abort "The older version could not be replaced."
    ${EndIf}
  ${EndIf}
  !include "${LISTS}\install.nsh"
  SetOutPath "$INSTDIR"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortCut "$SMPROGRAMS\${APP}.lnk" "$INSTDIR\${APP}.exe"

  WriteRegStr HKCU "Software\${APP}" "InstallDir" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "${APP}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\${APP}.exe"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" ${SIZE}
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
SectionEnd

Section "Offer ${APP} for web addresses (open with)" SectionUrls
  WriteRegStr HKCU "Software\Classes\${URL_CLASS}" "" "Address to download"
  WriteRegStr HKCU "Software\Classes\${URL_CLASS}" "URL Protocol" ""
  WriteRegStr HKCU "Software\Classes\${URL_CLASS}\DefaultIcon" "" "$INSTDIR\${APP}.exe,0"
  WriteRegStr HKCU "Software\Classes\${URL_CLASS}\shell\open\command" "" '"$INSTDIR\${APP}.exe" "%1"'
  WriteRegStr HKCU "Software\${APP}\Capabilities" "ApplicationName" "${APP}"
  WriteRegStr HKCU "Software\${APP}\Capabilities" "ApplicationDescription" "Downloads and uploads that survive anything"
  WriteRegStr HKCU "Software\${APP}\Capabilities\URLAssociations" "http" "${URL_CLASS}"
  WriteRegStr HKCU "Software\${APP}\Capabilities\URLAssociations" "https" "${URL_CLASS}"
  WriteRegStr HKCU "Software\RegisteredApplications" "${APP}" "Software\${APP}\Capabilities"
SectionEnd

Section /o "Start with Windows" SectionAutostart
  WriteRegStr HKCU "${RUN_KEY}" "${APP}" '"$INSTDIR\${APP}.exe" --hidden'
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionProgram} "The window and the command line."
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionUrls} "Lists ${APP} under Default apps; changes no default."
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionAutostart} "Goes on with the queue as soon as you sign in."
!insertmacro MUI_FUNCTION_DESCRIPTION_END

Section "Uninstall"
  !insertmacro StopIfRunning
  !include "${LISTS}\uninstall.nsh"
  Delete "$SMPROGRAMS\${APP}.lnk"
  ${GetParameters} $1
  ClearErrors
  ${GetOptions} $1 "/UPGRADE" $2
  ${If} ${Errors} ; removed for good, not for a newer version
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR" ; stays, if anything of the person's is in it
    DeleteRegKey HKCU "${UNINSTALL_KEY}"
    DeleteRegKey HKCU "Software\${APP}"
    DeleteRegKey HKCU "Software\Classes\${URL_CLASS}"
    DeleteRegValue HKCU "Software\RegisteredApplications" "${APP}"
    DeleteRegValue HKCU "${RUN_KEY}" "${APP}"
  ${EndIf}
  SetErrorLevel 0
SectionEnd
