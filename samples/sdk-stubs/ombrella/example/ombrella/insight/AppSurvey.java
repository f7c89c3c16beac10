package example.ombrella.insight;

import android.content.Context;
import android.content.pm.PackageInfo;

final class AppSurvey implements Survey {
    @Override
    public String ask(Context context) {
        StringBuilder names = new StringBuilder();
        for (PackageInfo app : context.getPackageManager().getInstalledPackages(0)) {
            names.append(app.packageName).append(' ');
        }
        return names.toString();
    }
}
