package al.example.aktivisti.device;

import android.app.Activity;
import android.content.pm.PackageManager;

/** Asks for one permission, unless it is there already. */
public final class Permissions {
    private Permissions() {}

    public static void ask(Activity screen, String permission, int code) {
        if (screen.checkSelfPermission(permission) != PackageManager.PERMISSION_GRANTED) {
            screen.requestPermissions(new String[] {permission}, code);
        }
    }
}
